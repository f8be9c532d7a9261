/* libopendkim for the differential tests, in a process of its own: it may crash. Same arguments and output as
   scop-test-dkim-ours; RSA-SHA256 alone. One message per child: what one breaks does not spoil the next.
     scop-test-dkim-theirs cost FOLDER KEY.pem SELECTOR FORMS MESSAGE   signatures per second of CPU */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <opendkim/dkim.h>

static char *contents(const char *file, size_t *size) {
  FILE *in = fopen(file, "rb");
  if (in == NULL) return NULL;
  fseek(in, 0, SEEK_END);
  *size = (size_t)ftell(in);
  rewind(in);
  char *text = calloc(1, *size + 1);
  if (text == NULL || fread(text, 1, *size, in) != *size) exit(3);
  fclose(in);
  return text;
}

static dkim_canon_t form(const char *name) {
  return strncmp(name, "simple", 6) == 0 ? DKIM_CANON_SIMPLE : DKIM_CANON_RELAXED;
}

static DKIM_LIB *library(const char *folder) {
  DKIM_LIB *lib = dkim_init(NULL, NULL);
  char keys[4096];
  dkim_query_t method = DKIM_QUERY_FILE;
  snprintf(keys, sizeof keys, "%s/keys.txt", folder);
  dkim_options(lib, DKIM_OP_SETOPT, DKIM_OPTS_QUERYMETHOD, &method, sizeof method);
  dkim_options(lib, DKIM_OP_SETOPT, DKIM_OPTS_QUERYINFO, keys, sizeof keys);
  return lib;
}

/* Header and body the way a milter would, so that the body starts where the first empty line says. */
static DKIM_STAT feed(DKIM *dkim, char *text, size_t size) {
  DKIM_STAT status = dkim_chunk(dkim, (u_char *)text, size);
  if (status == DKIM_STAT_OK) status = dkim_chunk(dkim, NULL, 0);
  return status;
}

static void verify_one(const char *folder, const char *name, char *text, size_t size) {
  DKIM_STAT status = DKIM_STAT_OK;
  DKIM *dkim = dkim_verify(library(folder), (const unsigned char *)name, NULL, &status);
  if (dkim != NULL) status = feed(dkim, text, size);
  if (status == DKIM_STAT_OK) status = dkim_eom(dkim, NULL);
  printf("%s %s %s\n", name, status == DKIM_STAT_OK ? "pass" : "fail", dkim_getresultstr(status));
}

static DKIM *sign(DKIM_LIB *lib, char *key, char **arguments, char *text, size_t size) {
  DKIM_STAT status = DKIM_STAT_OK;
  DKIM *dkim = dkim_sign(lib, (const unsigned char *)"id", NULL, (dkim_sigkey_t)key,
                         (const unsigned char *)arguments[2], (const unsigned char *)"example.test", form(arguments[3]),
                         form(strchr(arguments[3], '/') + 1), DKIM_SIGN_RSASHA256, -1, &status);
  if (dkim == NULL || feed(dkim, text, size) != DKIM_STAT_OK || dkim_eom(dkim, NULL) != DKIM_STAT_OK) exit(4);
  return dkim;
}

static unsigned char *field(DKIM *dkim) {
  unsigned char *value = NULL;
  size_t length = 0;
  if (dkim_getsighdr_d(dkim, strlen("DKIM-Signature: "), &value, &length) != DKIM_STAT_OK) exit(4);
  return value;
}

static void sign_one(char **arguments, const char *file, char *text, size_t size) {
  size_t key_size = 0;
  char *key = contents(arguments[1], &key_size);
  const unsigned char *value = field(sign(library(arguments[0]), key, arguments, text, size));
  char name[4096];
  snprintf(name, sizeof name, "%s.signed", file);
  FILE *out = fopen(name, "wb");
  if (out == NULL) exit(3);
  fprintf(out, "DKIM-Signature: %s\r\n", (const char *)value);
  fwrite(text, 1, size, out);
  fclose(out);
}

static double cpu_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int cost(char **arguments, const char *file) {
  size_t size = 0, key_size = 0;
  char *text = contents(file, &size);
  char *key = contents(arguments[1], &key_size);
  DKIM_LIB *lib = library(arguments[0]);
  const double began = cpu_seconds();
  double calls = 0, used = 0;
  for (; used < 1; ++calls, used = cpu_seconds() - began) {
    DKIM *dkim = sign(lib, key, arguments, text, size);
    field(dkim);
    dkim_free(dkim);
  }
  printf("libopendkim, %zu octets, per second of CPU\n  rsa-sha256                  %8.0f messages\n", size, calls / used);
  return 0;
}

static void one(int verifying, char **arguments, const char *name) {
  char file[4096];
  size_t size = 0;
  snprintf(file, sizeof file, "%s/%s", arguments[0], name);
  char *text = contents(file, &size);
  if (verifying) {
    verify_one(arguments[0], name, text, size);
  } else {
    sign_one(arguments, file, text, size);
  }
  fflush(stdout);
  _exit(0);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  if (strcmp(argv[1], "cost") == 0) return argc < 7 ? 2 : cost(argv + 2, argv[6]);
  const int verifying = strcmp(argv[1], "verify") == 0;
  const char *ending = verifying ? ".signed" : ".eml";
  if (!verifying && argc < 6) return 2;
  struct dirent **names = NULL;
  const int count = scandir(argv[2], &names, NULL, alphasort);
  for (int i = 0; i < count; ++i) {
    const char *name = names[i]->d_name;
    const size_t length = strlen(name);
    if (length < strlen(ending) || strcmp(name + length - strlen(ending), ending) != 0) continue;
    int status = 0;
    const pid_t child = fork();
    if (child == 0) one(verifying, argv + 2, name);
    waitpid(child, &status, 0);
    if (status != 0) printf("%s crash %d\n", name, status);
    fflush(stdout);
  }
  return 0;
}
