/* Counts the octets that are allocated at once; preloaded into both sides of tests/bench/parse, so that one measure holds for
   all. Not for threads. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <malloc.h>
#include <stddef.h>
#include <string.h>

static size_t now, most, base;

static void added(void *block) {
  if (block == NULL) return;
  now += malloc_usable_size(block);
  if (now > most) most = now;
}
static void removed(void *block) {
  if (block != NULL) now -= malloc_usable_size(block);
}

void scop_bench_peak_reset(void) { most = base = now; }
size_t scop_bench_peak(void) { return most - base; }

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

void *malloc(size_t size) {
  void *block = __libc_malloc(size);
  added(block);
  return block;
}
void *calloc(size_t count, size_t size) {
  void *block = __libc_calloc(count, size);
  added(block);
  return block;
}
void *realloc(void *old, size_t size) {
  const size_t before = old ? malloc_usable_size(old) : 0;
  void *block = __libc_realloc(old, size);
  if (block == NULL && size > 0) return block;
  now -= before;
  added(block);
  return block;
}
void *memalign(size_t alignment, size_t size) {
  void *block = __libc_memalign(alignment, size);
  added(block);
  return block;
}
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void **block, size_t alignment, size_t size) {
  *block = memalign(alignment, size);
  return *block == NULL ? 12 : 0;
}
void free(void *block) {
  removed(block);
  __libc_free(block);
}
