/* GMime's side of tests/bench/parse; the same commands and answers as parse_scop.cpp, and "copy": the message written as it was
   parsed, where GMime copies the octets that it kept. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <gmime/gmime.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  GByteArray **at;
  size_t count;
} Messages;

typedef struct {
  uint64_t fields, mailboxes, dates, text, leaves, octets;
} Tally;

static double cpu_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int read_messages(const char *file, Messages *messages) {
  FILE *in = fopen(file, "rb");
  size_t size = 0, room = 0;
  if (in == NULL) return 0;
  while (fscanf(in, "%zu", &size) == 1) {
    if (fgetc(in) != '\n') return 0;
    if (messages->count == room) {
      room = room * 2 + 1024;
      messages->at = realloc(messages->at, room * sizeof *messages->at);
      if (messages->at == NULL) return 0;
    }
    char *octets = g_malloc(size + 1);
    if (fread(octets, 1, size, in) != size) return 0;
    messages->at[messages->count++] = g_byte_array_new_take((guint8 *)octets, size);
  }
  fclose(in);
  return 1;
}

/* The octets stay ours: nothing is copied before parsing. */
static GMimeMessage *parse(GByteArray *octets) {
  GMimeStream *stream = g_mime_stream_mem_new();
  g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), octets);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
  g_object_unref(parser);
  g_object_unref(stream);
  return message;
}

static void count_mailboxes(InternetAddressList *list, Tally *tally) {
  for (int i = 0; list != NULL && i < internet_address_list_length(list); ++i) {
    InternetAddress *address = internet_address_list_get_address(list, i);
    const char *name = internet_address_get_name(address);
    if (INTERNET_ADDRESS_IS_GROUP(address)) {
      count_mailboxes(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)), tally);
      continue;
    }
    ++tally->mailboxes;
    if (name) tally->text += strlen(name);
  }
}

static void read_headers(GByteArray *octets, Tally *tally) {
  GMimeMessage *message = parse(octets);
  if (message == NULL) return;
  tally->fields += g_mime_header_list_get_count(g_mime_object_get_header_list(GMIME_OBJECT(message)));
  GMimeObject *body = g_mime_message_get_mime_part(message); /* the Content- fields are its */
  if (body) tally->fields += g_mime_header_list_get_count(g_mime_object_get_header_list(body));
  count_mailboxes(g_mime_message_get_from(message), tally);
  count_mailboxes(g_mime_message_get_to(message), tally);
  if (g_mime_message_get_date(message)) ++tally->dates;
  const char *subject = g_mime_message_get_subject(message);
  if (subject) tally->text += strlen(subject);
  g_object_unref(message);
}

static void count_headers(GMimeObject *object, Tally *tally) {
  GMimeHeaderList *list = g_mime_object_get_header_list(object);
  const int count = g_mime_header_list_get_count(list);
  tally->fields += count;
  for (int i = 0; i < count; ++i) {
    const char *value = g_mime_header_get_value(g_mime_header_list_get_header_at(list, i));
    if (value) tally->text += strlen(value);
  }
}

static GMimeStream *decoded(GMimePart *part) {
  GMimeStream *memory = g_mime_stream_mem_new();
  GMimeDataWrapper *content = g_mime_part_get_content(part);
  if (content) g_mime_data_wrapper_write_to_stream(content, memory);
  return memory;
}

/* A message's own fields; those of its body's part are the same header in GMime. */
static void count_inside(GMimeObject *object, Tally *tally) {
  if (GMIME_IS_MULTIPART(object)) {
    for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)); ++i) {
      GMimeObject *part = g_mime_multipart_get_part(GMIME_MULTIPART(object), i);
      count_headers(part, tally);
      count_inside(part, tally);
    }
  } else if (GMIME_IS_MESSAGE_PART(object)) {
    GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    if (inner == NULL) return;
    count_headers(GMIME_OBJECT(inner), tally);
    if (g_mime_message_get_mime_part(inner)) {
      count_headers(g_mime_message_get_mime_part(inner), tally);
      count_inside(g_mime_message_get_mime_part(inner), tally);
    }
  } else if (GMIME_IS_PART(object)) {
    GMimeStream *memory = decoded(GMIME_PART(object));
    ++tally->leaves;
    tally->octets += g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory))->len;
    g_object_unref(memory);
  }
}

static void read_fully(GByteArray *octets, Tally *tally) {
  GMimeMessage *message = parse(octets);
  if (message == NULL) return;
  count_headers(GMIME_OBJECT(message), tally);
  if (g_mime_message_get_mime_part(message)) {
    count_headers(g_mime_message_get_mime_part(message), tally);
    count_inside(g_mime_message_get_mime_part(message), tally);
  }
  g_object_unref(message);
}

/* So that writing has to encode the bodies. Header fields keep the text they were read from. */
static void forget_encoded(GMimeObject *object) {
  if (GMIME_IS_MULTIPART(object)) {
    for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)); ++i)
      forget_encoded(g_mime_multipart_get_part(GMIME_MULTIPART(object), i));
  } else if (GMIME_IS_MESSAGE_PART(object)) {
    GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    if (inner && g_mime_message_get_mime_part(inner)) forget_encoded(g_mime_message_get_mime_part(inner));
  } else if (GMIME_IS_PART(object)) {
    GMimeStream *memory = decoded(GMIME_PART(object));
    g_mime_stream_reset(memory);
    GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(memory, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_part_set_content(GMIME_PART(object), content);
    g_object_unref(content);
    g_object_unref(memory);
  }
}

static double encode_all(const Messages *messages, int copy, Tally *tally) {
  enum { at_once = 64 };
  GMimeMessage *parsed[at_once];
  double seconds = 0;
  for (size_t first = 0; first < messages->count; first += at_once) {
    size_t count = 0;
    for (; count < at_once && first + count < messages->count; ++count) {
      parsed[count] = parse(messages->at[first + count]);
      if (!copy && parsed[count] && g_mime_message_get_mime_part(parsed[count]))
        forget_encoded(g_mime_message_get_mime_part(parsed[count]));
    }
    const double began = cpu_seconds();
    for (size_t i = 0; i < count; ++i) {
      GMimeStream *memory = g_mime_stream_mem_new();
      if (parsed[i]) g_mime_object_write_to_stream(GMIME_OBJECT(parsed[i]), NULL, memory);
      tally->octets += g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory))->len;
      g_object_unref(memory);
    }
    seconds += cpu_seconds() - began;
    for (size_t i = 0; i < count; ++i)
      if (parsed[i]) g_object_unref(parsed[i]);
  }
  return seconds;
}

static double read_all(const Messages *messages, void (*read)(GByteArray *, Tally *), Tally *tally) {
  const double began = cpu_seconds();
  for (size_t i = 0; i < messages->count; ++i) read(messages->at[i], tally);
  return cpu_seconds() - began;
}

static void print_memory(const Messages *messages) {
  void (*reset)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "scop_bench_peak_reset");
  size_t (*peak)(void) = (size_t(*)(void))dlsym(RTLD_DEFAULT, "scop_bench_peak");
  if (reset == NULL || peak == NULL) {
    puts("{}");
    return;
  }
  fputs("{\"peaks\":[", stdout);
  for (size_t i = 0; i < messages->count; ++i) {
    Tally tally = {0};
    reset();
    read_fully(messages->at[i], &tally);
    printf("%s%zu", i ? "," : "", peak());
  }
  puts("]}");
}

int main(int argc, char **argv) {
  Messages messages = {0};
  char work[32];
  if (argc != 2 || !read_messages(argv[1], &messages)) return 2;
  g_mime_init();
  while (fgets(work, sizeof work, stdin)) {
    Tally tally = {0};
    double seconds = 0;
    work[strcspn(work, "\n")] = 0;
    if (!strcmp(work, "headers")) seconds = read_all(&messages, read_headers, &tally);
    else if (!strcmp(work, "full")) seconds = read_all(&messages, read_fully, &tally);
    else if (!strcmp(work, "encode")) seconds = encode_all(&messages, 0, &tally);
    else if (!strcmp(work, "copy")) seconds = encode_all(&messages, 1, &tally);
    else if (strcmp(work, "memory")) return 2;
    if (strcmp(work, "memory") == 0) print_memory(&messages);
    else
      printf("{\"seconds\":%.6f,\"fields\":%lu,\"mailboxes\":%lu,\"dates\":%lu,\"text\":%lu,\"leaves\":%lu,\"octets\":%lu}\n", seconds,
             tally.fields, tally.mailboxes, tally.dates, tally.text, tally.leaves, tally.octets);
    fflush(stdout);
  }
  return 0;
}
