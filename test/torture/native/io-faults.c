/*
 * Loaded with LD_PRELOAD, this library makes calls fail on files whose paths begin with TORTURE_IO_FILES. The file
 * TORTURE_IO_CONTROL (`struct control`) selects the calls, their probability of failure and the error, and may change at any
 * time. Access to mapped memory cannot be intercepted, but mmap itself can fail.
 */
#define _GNU_SOURCE
#include "preload.h"

enum { READ = 1, WRITE = 2, SYNC = 4, TRUNCATE = 8, OPEN = 16, MAP = 32, NAME = 64 };

/* io-faults.ts writes the first four fields and reads the last. */
struct control {
  uint32_t error;    /* the errno of failing calls; 0: no call fails */
  uint32_t calls;    /* a mask of the kinds of calls that may fail */
  uint32_t chance;   /* of each call to fail, in units of 2^-32 */
  uint32_t seed;     /* selects the calls to fail */
  uint64_t seen;     /* eligible calls so far */
  uint64_t injected; /* failed calls so far */
};

static struct control *control;
static const char *files;

__attribute__((constructor)) static void attach(void) {
  const char *name = getenv("TORTURE_IO_CONTROL");
  files = getenv("TORTURE_IO_FILES");
  int fd = name && files ? NEXT(open)(name, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void *map = NEXT(mmap)(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (map != MAP_FAILED) control = map;
}

/* SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014) at position `n` of `seed`. */
static uint64_t drawn(uint64_t seed, uint64_t n) {
  uint64_t z = (seed << 32) + (n + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static int may_fail(uint32_t kind) { return control && control->error && (control->calls & kind); }

/* Decides whether an eligible call fails. Sets errno if so, and `bits` to random bits. */
static int fails(uint64_t *bits) {
  *bits = drawn(control->seed, __atomic_fetch_add(&control->seen, 1, __ATOMIC_RELAXED));
  if ((uint32_t)(*bits >> 32) >= control->chance) return 0;
  __atomic_fetch_add(&control->injected, 1, __ATOMIC_RELAXED);
  errno = (int)control->error;
  return 1;
}

static int file_fails(uint32_t kind, int fd) {
  char path[PATH_MAX];
  uint64_t bits;
  int before = errno;
  if (!may_fail(kind)) return 0;
  if (path_of(fd, path) && begins(path, files)) return fails(&bits);
  errno = before;
  return 0;
}

static int name_fails(uint32_t kind, int at, const char *name) {
  char path[PATH_MAX];
  uint64_t bits;
  return may_fail(kind) && absolute(at, name, path) && begins(path, files) && fails(&bits);
}

/* A read-only file system still allows files to be opened for reading. */
static int open_fails(int at, const char *name, int flags) {
  int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
  return (writes || !control || control->error != EROFS) && name_fails(OPEN, at, name);
}

/* How many of `length` bytes to write: all, none, or half, as on a disk running full in the middle. */
static size_t written(int fd, size_t length) {
  char path[PATH_MAX];
  uint64_t bits;
  int before = errno;
  if (!may_fail(WRITE) || !path_of(fd, path) || !begins(path, files) || !fails(&bits)) {
    errno = before;
    return length;
  }
  return errno == ENOSPC && (bits & 1) ? length / 2 : 0;
}

ssize_t write(int fd, const void *data, size_t length) {
  size_t some = written(fd, length);
  return some == 0 && length > 0 ? -1 : NEXT(write)(fd, data, some);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
  size_t some = written(fd, length);
  return some == 0 && length > 0 ? -1 : NEXT(pwrite)(fd, data, some, at);
}
ssize_t pwrite64(int, const void *, size_t, off64_t) ALSO_64(pwrite);

ssize_t writev(int fd, const struct iovec *parts, int count) {
  return file_fails(WRITE, fd) ? -1 : NEXT(writev)(fd, parts, count);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  return file_fails(WRITE, fd) ? -1 : NEXT(pwritev)(fd, parts, count, at);
}
ssize_t pwritev64(int, const struct iovec *, int, off64_t) ALSO_64(pwritev);

ssize_t read(int fd, void *data, size_t length) { return file_fails(READ, fd) ? -1 : NEXT(read)(fd, data, length); }

ssize_t pread(int fd, void *data, size_t length, off_t at) {
  return file_fails(READ, fd) ? -1 : NEXT(pread)(fd, data, length, at);
}
ssize_t pread64(int, void *, size_t, off64_t) ALSO_64(pread);

int fsync(int fd) { return file_fails(SYNC, fd) ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return file_fails(SYNC, fd) ? -1 : NEXT(fdatasync)(fd); }

int ftruncate(int fd, off_t size) { return file_fails(TRUNCATE, fd) ? -1 : NEXT(ftruncate)(fd, size); }
int ftruncate64(int, off64_t) ALSO_64(ftruncate);

int fallocate(int fd, int mode, off_t at, off_t length) {
  return file_fails(WRITE, fd) ? -1 : NEXT(fallocate)(fd, mode, at, length);
}
int fallocate64(int, int, off64_t, off64_t) ALSO_64(fallocate);

int open(const char *name, int flags, ...) {
  mode_t mode = MODE(flags, flags);
  return open_fails(AT_FDCWD, name, flags) ? -1 : NEXT(open)(name, flags, mode);
}
int open64(const char *, int, ...) ALSO_64(open);

int openat(int at, const char *name, int flags, ...) {
  mode_t mode = MODE(flags, flags);
  return open_fails(at, name, flags) ? -1 : NEXT(openat)(at, name, flags, mode);
}
int openat64(int, const char *, int, ...) ALSO_64(openat);

int unlink(const char *name) { return name_fails(NAME, AT_FDCWD, name) ? -1 : NEXT(unlink)(name); }

int rename(const char *from, const char *to) {
  return name_fails(NAME, AT_FDCWD, from) || name_fails(NAME, AT_FDCWD, to) ? -1 : NEXT(rename)(from, to);
}

int link(const char *from, const char *to) { return name_fails(NAME, AT_FDCWD, to) ? -1 : NEXT(link)(from, to); }

int mkdir(const char *name, mode_t mode) { return name_fails(NAME, AT_FDCWD, name) ? -1 : NEXT(mkdir)(name, mode); }

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t at) {
  if (fd >= 0 && file_fails(MAP, fd)) return MAP_FAILED;
  return NEXT(mmap)(address, length, protection, flags, fd, at);
}
void *mmap64(void *, size_t, int, int, int, off64_t) ALSO_64(mmap);
