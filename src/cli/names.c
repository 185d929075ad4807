#define _GNU_SOURCE 1

#include "names.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 64

/** FNV-1a, its high bits folded in. */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 32;
}

/** The slot of a text, or the free one where it belongs. */
static struct np_name *slot_of(const struct np_names *names, const char *text, uint64_t hash)
{
    uint64_t slot = hash & (names->capacity - 1);
    while (names->slots[slot].text != NULL &&
           (names->slots[slot].hash != hash || strcmp(names->slots[slot].text, text) != 0))
        slot = (slot + 1) & (names->capacity - 1);
    return &names->slots[slot];
}

struct np_name *np_names_find(const struct np_names *names, const char *text)
{
    if (names->capacity == 0) return NULL;
    struct np_name *name = slot_of(names, text, hash_of(text));
    return name->text == NULL ? NULL : name;
}

/** Makes room for one more, at most half full. */
static bool grow(struct np_names *names)
{
    if (names->count < names->capacity / 2) return true;
    struct np_names larger = {.capacity = names->capacity == 0 ? FIRST_CAPACITY : names->capacity * 2,
                              .count = names->count};
    larger.slots = calloc(larger.capacity, sizeof *larger.slots);
    if (larger.slots == NULL) return false;
    for (uint64_t i = 0; i < names->capacity; i++)
        if (names->slots[i].text != NULL)
            *slot_of(&larger, names->slots[i].text, names->slots[i].hash) = names->slots[i];
    free(names->slots);
    *names = larger;
    return true;
}

struct np_name *np_names_add(struct np_names *names, const char *text)
{
    if (!grow(names)) return NULL;
    uint64_t hash = hash_of(text);
    struct np_name *name = slot_of(names, text, hash);
    if (name->text != NULL) return name;

    char *copy = strdup(text);
    if (copy == NULL) return NULL;
    *name = (struct np_name){.text = copy, .hash = hash};
    names->count++;
    return name;
}

void np_name_release(struct np_name *name)
{
    free(name->runs);
    name->runs = NULL;
    name->run_count = 0;
    name->pages = 0;
    name->held = NP_HELD_NOTHING;
}

void np_names_free(struct np_names *names)
{
    for (uint64_t i = 0; i < names->capacity; i++) {
        free(names->slots[i].text);
        free(names->slots[i].runs);
    }
    free(names->slots);
    *names = (struct np_names){0};
}
