/*
 * Loaded with LD_PRELOAD, this library records all changes to files and folders under TORTURE_DISK in the file TORTURE_JOURNAL,
 * from which power-cut/ reconstructs possible states of the disk after a power cut. A record is written after a successful
 * call; a sync has two records, since it only covers writes before its beginning. A mutex keeps the calls of a process and
 * their records in the same order; between processes, the order is that of their file locks.
 */
#define _GNU_SOURCE
#include "preload.h"

enum kind { CREATE = 1, WRITE, TRUNCATE, SYNCING, SYNCED, RENAME, UNLINK, LINK, MAPPED };

/* Followed by `length` bytes: data, or one or two NUL-terminated names. Read by journal.ts. */
struct record {
  uint32_t kind;
  uint32_t length;
  uint64_t time;   /* CLOCK_MONOTONIC, ns */
  uint64_t inode;
  uint64_t number; /* the mode of a new file or folder, the offset of a write, the size after a truncation, or the id of a sync */
};

/* High enough to survive programs that close all low descriptors. */
enum { JOURNAL_FD = 900 };

static int journal = -1;
static const char *disk; /* with a trailing slash */
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static uint64_t syncs;

__attribute__((constructor)) static void attach(void) {
  const char *name = getenv("TORTURE_JOURNAL");
  disk = getenv("TORTURE_DISK");
  int fd = name && disk ? NEXT(open)(name, O_WRONLY | O_APPEND | O_CREAT, 0600) : -1;
  if (fd < 0) return;
  journal = fcntl(fd, F_DUPFD_CLOEXEC, JOURNAL_FD);
  close(fd);
}

static void note(enum kind kind, uint64_t inode, uint64_t number, const void *data, size_t length) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  struct record record = {kind, (uint32_t)length, (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec, inode, number};
  struct iovec parts[] = {{&record, sizeof record}, {(void *)data, length}};
  ssize_t size = (ssize_t)(sizeof record + length);
  if (NEXT(writev)(journal, parts, 2) == size) return;
  fprintf(stderr, "write-journal: cannot write the journal: %m\n");
  abort();
}

/* Whether `path` is the recorded folder, or inside it. */
static int followed(const char *path) {
  size_t length = strlen(disk);
  return begins(path, disk) || (strlen(path) == length - 1 && memcmp(path, disk, length - 1) == 0);
}

/* The inode of a recorded open file, or 0. */
static uint64_t inode_of(int fd) {
  char path[PATH_MAX];
  struct stat file;
  int before = errno;
  uint64_t inode = 0;
  if (journal >= 0 && path_of(fd, path) && followed(path) && fstat(fd, &file) == 0) inode = file.st_ino;
  errno = before;
  return inode;
}

/* Runs `call`, and on success `body`, which writes its record, under the mutex. */
#define IN_ORDER(type, call, failed, body)      \
  ({                                            \
    pthread_mutex_lock(&order);                 \
    type result = (call);                       \
    int after = errno;                          \
    if (result != (failed)) { body; }           \
    pthread_mutex_unlock(&order);               \
    errno = after;                              \
    result;                                     \
  })

ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
  uint64_t inode = inode_of(fd);
  if (!inode) return NEXT(pwrite)(fd, data, length, at);
  return IN_ORDER(ssize_t, NEXT(pwrite)(fd, data, length, at), -1, note(WRITE, inode, (uint64_t)at, data, (size_t)result));
}
ssize_t pwrite64(int, const void *, size_t, off64_t) ALSO_64(pwrite);

/* Works with O_APPEND as well: the position is then the end of the written data. */
ssize_t write(int fd, const void *data, size_t length) {
  uint64_t inode = inode_of(fd);
  if (!inode) return NEXT(write)(fd, data, length);
  return IN_ORDER(ssize_t, NEXT(write)(fd, data, length), -1,
                  note(WRITE, inode, (uint64_t)(lseek(fd, 0, SEEK_CUR) - result), data, (size_t)result));
}

/* Writes the parts one by one, up to the first short write. */
static ssize_t each(int fd, const struct iovec *parts, int count, off_t at) {
  ssize_t sum = 0;
  for (int i = 0; i < count; i++) {
    ssize_t bytes = at < 0 ? write(fd, parts[i].iov_base, parts[i].iov_len)
                           : pwrite(fd, parts[i].iov_base, parts[i].iov_len, at + sum);
    if (bytes < 0) return sum > 0 ? sum : -1;
    sum += bytes;
    if ((size_t)bytes < parts[i].iov_len) break;
  }
  return sum;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  return inode_of(fd) ? each(fd, parts, count, -1) : NEXT(writev)(fd, parts, count);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  return inode_of(fd) ? each(fd, parts, count, at) : NEXT(pwritev)(fd, parts, count, at);
}
ssize_t pwritev64(int, const struct iovec *, int, off64_t) ALSO_64(pwritev);

int ftruncate(int fd, off_t size) {
  uint64_t inode = inode_of(fd);
  if (!inode) return NEXT(ftruncate)(fd, size);
  return IN_ORDER(int, NEXT(ftruncate)(fd, size), -1, note(TRUNCATE, inode, (uint64_t)size, NULL, 0));
}
int ftruncate64(int, off64_t) ALSO_64(ftruncate);

static void note_size(int fd, uint64_t inode) {
  struct stat file;
  if (fstat(fd, &file) == 0) note(TRUNCATE, inode, (uint64_t)file.st_size, NULL, 0);
}

int fallocate(int fd, int mode, off_t at, off_t length) {
  uint64_t inode = inode_of(fd);
  if (!inode) return NEXT(fallocate)(fd, mode, at, length);
  return IN_ORDER(int, NEXT(fallocate)(fd, mode, at, length), -1, note_size(fd, inode));
}
int fallocate64(int, int, off64_t, off64_t) ALSO_64(fallocate);

/* Syncs without holding the mutex. A sync need not cover concurrent writes. */
static int synced(int fd, int (*sync)(int)) {
  uint64_t inode = inode_of(fd);
  if (!inode) return sync(fd);
  pthread_mutex_lock(&order);
  uint64_t which = ((uint64_t)getpid() << 32) + ++syncs;
  note(SYNCING, inode, which, NULL, 0);
  pthread_mutex_unlock(&order);
  int answer = sync(fd);
  return IN_ORDER(int, answer, -1, note(SYNCED, inode, which, NULL, 0));
}

int fsync(int fd) { return synced(fd, NEXT(fsync)); }
int fdatasync(int fd) { return synced(fd, NEXT(fdatasync)); }

/* Ignores O_SYNC, treating its writes as unsynced: the image may then lose more than a real disk would. */
static int opened(int at, const char *name, int flags, mode_t mode) {
  char path[PATH_MAX];
  struct stat file;
  if (journal < 0 || !(flags & (O_CREAT | O_TRUNC)) || !absolute(at, name, path) || !followed(path))
    return NEXT(openat)(at, name, flags, mode);
  if (flags & O_CREAT) {
    int made = IN_ORDER(int, NEXT(openat)(at, name, flags | O_EXCL, mode), -1,
                        if (fstat(result, &file) == 0) note(CREATE, file.st_ino, file.st_mode, path, strlen(path) + 1));
    if (made >= 0 || errno != EEXIST || (flags & O_EXCL)) return made;
  }
  return IN_ORDER(int, NEXT(openat)(at, name, flags, mode), -1,
                  if ((flags & O_TRUNC) && fstat(result, &file) == 0) note(TRUNCATE, file.st_ino, 0, NULL, 0));
}

int open(const char *name, int flags, ...) { return opened(AT_FDCWD, name, flags, MODE(flags, flags)); }
int open64(const char *, int, ...) ALSO_64(open);
int openat(int at, const char *name, int flags, ...) { return opened(at, name, flags, MODE(flags, flags)); }
int openat64(int, const char *, int, ...) ALSO_64(openat);

/* Runs `call`, which changes the folder of `name`, and records it. */
#define NAMED(at, name, kind, call)                                                               \
  ({                                                                                              \
    char path[PATH_MAX];                                                                          \
    journal >= 0 && absolute(at, name, path) && followed(path)                                    \
        ? IN_ORDER(int, call, -1, note(kind, 0, 0, path, strlen(path) + 1))                       \
        : call;                                                                                   \
  })

int unlink(const char *name) { return NAMED(AT_FDCWD, name, UNLINK, NEXT(unlink)(name)); }
int unlinkat(int at, const char *name, int flags) { return NAMED(at, name, UNLINK, NEXT(unlinkat)(at, name, flags)); }
int rmdir(const char *name) { return NAMED(AT_FDCWD, name, UNLINK, NEXT(rmdir)(name)); }
int remove(const char *name) { return NAMED(AT_FDCWD, name, UNLINK, NEXT(remove)(name)); }

int mkdir(const char *name, mode_t mode) {
  char path[PATH_MAX];
  struct stat folder;
  if (journal < 0 || !absolute(AT_FDCWD, name, path) || !followed(path)) return NEXT(mkdir)(name, mode);
  return IN_ORDER(int, NEXT(mkdir)(name, mode), -1,
                  if (stat(path, &folder) == 0) note(CREATE, folder.st_ino, folder.st_mode, path, strlen(path) + 1));
}

/* Runs `call`, which gives a file another name, and records it. */
static int twice(enum kind kind, const char *from, const char *to, int (*call)(const char *, const char *)) {
  char names[2 * PATH_MAX];
  if (journal < 0 || !absolute(AT_FDCWD, from, names) || !followed(names)) return call(from, to);
  size_t first = strlen(names) + 1;
  if (!absolute(AT_FDCWD, to, names + first) || !followed(names + first)) return call(from, to);
  return IN_ORDER(int, call(from, to), -1, note(kind, 0, 0, names, first + strlen(names + first) + 1));
}

int rename(const char *from, const char *to) { return twice(RENAME, from, to, NEXT(rename)); }
int link(const char *from, const char *to) { return twice(LINK, from, to, NEXT(link)); }

/* Writes to shared mappings cannot be intercepted; the file is only marked as mapped. */
void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t at) {
  uint64_t inode = fd >= 0 && (flags & MAP_SHARED) && (protection & PROT_WRITE) ? inode_of(fd) : 0;
  if (!inode) return NEXT(mmap)(address, length, protection, flags, fd, at);
  return IN_ORDER(void *, NEXT(mmap)(address, length, protection, flags, fd, at), MAP_FAILED,
                  note(MAPPED, inode, 0, NULL, 0));
}
void *mmap64(void *, size_t, int, int, int, off64_t) ALSO_64(mmap);

/* Writes through io_uring cannot be intercepted. Without it, MariaDB falls back to pwrite. */
struct io_uring;
int io_uring_queue_init(unsigned entries, struct io_uring *ring, unsigned flags) {
  (void)entries, (void)ring, (void)flags;
  return -ENOSYS;
}
