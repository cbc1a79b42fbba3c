/* Shared by both LD_PRELOAD libraries: finding the next definition of a function, and file paths. */
#ifndef PRELOAD_H
#define PRELOAD_H

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* The definition called without this library: see RTLD_NEXT in dlsym(3). */
#define NEXT(function)                                        \
  ({                                                          \
    static __typeof__(&function) next;                        \
    if (!next) next = dlsym(RTLD_NEXT, #function);            \
    next;                                                     \
  })

/* On 64-bit systems off_t is off64_t, so both functions of a pair are the same. */
#define ALSO_64(function) __attribute__((alias(#function)))

/* The third argument of open(2), only present if the call may create a file. */
#define MODE(flags, last) \
  ({                      \
    mode_t mode = 0;      \
    if ((flags) & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, last); mode = va_arg(more, mode_t); va_end(more); } \
    mode;                 \
  })

static inline size_t total(const struct iovec *parts, int count) {
  size_t bytes = 0;
  for (int i = 0; i < count; i++) bytes += parts[i].iov_len;
  return bytes;
}

/* Writes the path of an open file to `path`, a buffer of PATH_MAX bytes. Returns false if it has none. */
static inline int path_of(int fd, char *path) {
  char link[32];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length <= 0 || path[0] != '/') return 0;
  path[length] = 0;
  return 1;
}

/* Resolves `name` relative to the folder `at`, removing "." and empty parts. Returns false if the path is too long. */
static inline int absolute(int at, const char *name, char *path) {
  size_t end = 0;
  if (name[0] != '/') {
    if (at == AT_FDCWD ? !getcwd(path, PATH_MAX) : !path_of(at, path)) return 0;
    end = strlen(path);
  }
  while (*name) {
    size_t part = strcspn(name, "/");
    if (part > 0 && !(part == 1 && name[0] == '.')) {
      if (end + part + 2 > PATH_MAX) return 0;
      path[end++] = '/';
      memcpy(path + end, name, part);
      end += part;
    }
    name += part + (name[part] == '/');
  }
  path[end] = 0;
  return 1;
}

static inline int begins(const char *path, const char *start) { return strncmp(path, start, strlen(start)) == 0; }

#endif
