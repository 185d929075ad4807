/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "unpack.h"

#include <errno.h>
#include <iconv.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define INPUT NP_TEXT_AT_A_TIME
#define MEMORY ((uint64_t)128 << 20) /* that a packed file may ask its reader for */
#define LOG_WINDOW 27                /* the same, of Zstandard */
#define RATIO 1024u /* what a byte may become: a log packs to a tenth, a bomb to less than a thousandth */
#define FREE_BYTES ((uint64_t)1 << 20)

struct reader {
    enum np_packing packing;
    int descriptor;
    bool ended; /* nothing more comes from the descriptor */
    bool done;  /* the packed data is complete */
    uint64_t taken, given;
    uint8_t input[INPUT];
    size_t begin, end;
    z_stream gzip;
    lzma_stream xz;
    ZSTD_DStream *zstd;
    iconv_t wide;
};

static bool begin(struct reader *reader)
{
    switch (reader->packing) {
    case NP_PACKING_GZIP:
        return inflateInit2(&reader->gzip, 15 + 16) == Z_OK;
    case NP_PACKING_XZ:
        return lzma_stream_decoder(&reader->xz, MEMORY, LZMA_CONCATENATED) == LZMA_OK;
    case NP_PACKING_ZSTD:
        reader->zstd = ZSTD_createDStream();
        return reader->zstd != NULL &&
               !ZSTD_isError(ZSTD_DCtx_setParameter(reader->zstd, ZSTD_d_windowLogMax, LOG_WINDOW));
    case NP_PACKING_UTF16:
        reader->wide = iconv_open("UTF-8", "UTF-16");
        return reader->wide != (iconv_t)-1;
    case NP_PACKING_NONE:
    case NP_PACKING_BZIP2:
        break;
    }
    return false;
}

static void unpack_close(void *of)
{
    struct reader *reader = of;
    if (reader->packing == NP_PACKING_GZIP) inflateEnd(&reader->gzip);
    if (reader->packing == NP_PACKING_XZ) lzma_end(&reader->xz);
    ZSTD_freeDStream(reader->zstd);
    if (reader->packing == NP_PACKING_UTF16 && reader->wide != (iconv_t)-1) iconv_close(reader->wide);
    free(reader);
}

static void *unpack_open(int descriptor, enum np_packing packing, const void *head, size_t size)
{
    struct reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) return NULL;
    reader->packing = packing;
    reader->descriptor = descriptor;
    reader->wide = (iconv_t)-1;
    memcpy(reader->input, head, size);
    reader->end = size;
    reader->taken = size;
    if (begin(reader)) return reader;
    unpack_close(reader);
    return NULL;
}

/** Reads more of the packed data behind what is left of it. False with errno. */
static bool refill(struct reader *reader)
{
    memmove(reader->input, reader->input + reader->begin, reader->end - reader->begin);
    reader->end -= reader->begin;
    reader->begin = 0;
    ssize_t got;
    do {
        got = read(reader->descriptor, reader->input + reader->end, INPUT - reader->end);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return false;
    reader->ended = got == 0;
    reader->end += (size_t)got;
    reader->taken += (uint64_t)got;
    return true;
}

/** A step of gzip; files may follow each other. @return the bytes written, or SIZE_MAX with the fault */
static size_t step_gzip(struct reader *reader, void *out, size_t size, const char **fault)
{
    z_stream *z = &reader->gzip;
    if (reader->done && reader->begin < reader->end) {
        reader->done = false;
        inflateReset(z);
    }
    z->next_in = reader->input + reader->begin;
    z->avail_in = (uInt)(reader->end - reader->begin);
    z->next_out = out;
    z->avail_out = (uInt)size;
    const int status = inflate(z, Z_NO_FLUSH);
    reader->begin = reader->end - z->avail_in;
    if (status == Z_STREAM_END)
        reader->done = true;
    else if (status == Z_MEM_ERROR)
        *fault = "out of memory";
    else if (status != Z_OK && status != Z_BUF_ERROR)
        *fault = "gzip: the data is damaged";
    return *fault == NULL ? size - z->avail_out : SIZE_MAX;
}

static size_t step_xz(struct reader *reader, void *out, size_t size, const char **fault)
{
    lzma_stream *xz = &reader->xz;
    xz->next_in = reader->input + reader->begin;
    xz->avail_in = reader->end - reader->begin;
    xz->next_out = out;
    xz->avail_out = size;
    const lzma_ret status = lzma_code(xz, reader->ended ? LZMA_FINISH : LZMA_RUN);
    reader->begin = reader->end - xz->avail_in;
    if (status == LZMA_STREAM_END)
        reader->done = true;
    else if (status == LZMA_MEM_ERROR)
        *fault = "out of memory";
    else if (status == LZMA_MEMLIMIT_ERROR)
        *fault = "xz: unpacking takes more than 128 MiB of memory; unpack the file first";
    else if (status != LZMA_OK && status != LZMA_BUF_ERROR)
        *fault = "xz: the data is damaged";
    return *fault == NULL ? size - xz->avail_out : SIZE_MAX;
}

static size_t step_zstd(struct reader *reader, void *out, size_t size, const char **fault)
{
    if (reader->done && reader->begin == reader->end) return 0; /* the library would wait for another frame */
    ZSTD_inBuffer in = {reader->input, reader->end, reader->begin};
    ZSTD_outBuffer to = {out, size, 0};
    const size_t status = ZSTD_decompressStream(reader->zstd, &to, &in);
    reader->begin = in.pos;
    reader->done = status == 0;
    if (!ZSTD_isError(status)) return to.pos;
    *fault = "zstd: the data is damaged, or unpacking takes more than 128 MiB of memory";
    return SIZE_MAX;
}

static size_t step_utf16(struct reader *reader, void *out, size_t size, const char **fault)
{
    char *from = (char *)reader->input + reader->begin, *to = out;
    size_t left = reader->end - reader->begin, room = size;
    const size_t status = iconv(reader->wide, &from, &left, &to, &room);
    reader->begin = reader->end - left;
    reader->done = left == 0;
    if (status == (size_t)-1 && errno == EILSEQ) {
        *fault = "UTF-16: not a text of 16-bit characters";
        return SIZE_MAX;
    }
    return size - room;
}

static size_t step(struct reader *reader, void *out, size_t size, const char **fault)
{
    switch (reader->packing) {
    case NP_PACKING_GZIP:
        return step_gzip(reader, out, size, fault);
    case NP_PACKING_XZ:
        return step_xz(reader, out, size, fault);
    case NP_PACKING_ZSTD:
        return step_zstd(reader, out, size, fault);
    default:
        return step_utf16(reader, out, size, fault);
    }
}

static ssize_t unpack_read(void *of, void *out, size_t size, const char **fault)
{
    struct reader *reader = of;
    *fault = NULL;
    for (;;) {
        const size_t given = step(reader, out, size, fault);
        if (*fault != NULL) return -1;
        reader->given += given;
        if (reader->given > FREE_BYTES && reader->given / RATIO > reader->taken) {
            *fault = "unpacks to more than 1024 times its size";
            return -1;
        }
        if (given != 0) return (ssize_t)given;
        if (reader->ended) {
            if (reader->done && reader->begin == reader->end) return 0;
            *fault = "the packed data ends too soon";
            return -1;
        }
        if (!refill(reader)) {
            *fault = strerror(errno);
            return -1;
        }
    }
}

const struct np_unpacker np_unpacker = {unpack_open, unpack_read, unpack_close};
