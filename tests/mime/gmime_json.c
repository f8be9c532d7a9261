/* A message as GMime reads it, in the shape of `scop mime --json`: for `scop corpus score` and the differential test.
   Headers are the decoded values; octets are those that GMime's own stream filters decode. Reads FILE, or with "-" a stream of
   "SIZE\n" and octets on standard input, a line of JSON for each. */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_text(const char *text) {
  if (text == NULL) {
    fputs("null", stdout);
    return;
  }
  putchar('"');
  for (const unsigned char *c = (const unsigned char *)text; *c != 0; ++c) {
    if (*c == '"' || *c == '\\') printf("\\%c", *c);
    else if (*c < 0x20) printf("\\u%04x", *c);
    else putchar(*c);
  }
  putchar('"');
}

static void put_quoted_decoded(GMimeHeader *header) {
  char *decoded = g_mime_utils_header_decode_text(NULL, g_mime_header_get_raw_value(header));
  char *unfolded = g_mime_utils_header_unfold(decoded);
  put_text(g_strstrip(unfolded));
  g_free(unfolded);
  g_free(decoded);
}

/* GMime keeps a message's own fields and its body's Content-* fields apart: both, one after the other. */
static int put_fields(GMimeObject *object, int written) {
  GMimeHeaderList *list = g_mime_object_get_header_list(object);
  for (int i = 0; i < g_mime_header_list_get_count(list); ++i) {
    GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
    if (written++ > 0) putchar(',');
    putchar('[');
    put_text(g_mime_header_get_name(header));
    putchar(',');
    put_quoted_decoded(header);
    putchar(']');
  }
  return written;
}

static void put_headers(GMimeObject *object, GMimeObject *body) {
  fputs("\"headers\":[", stdout);
  const int written = put_fields(object, 0);
  if (body) put_fields(body, written);
  fputs("]", stdout);
}

static int is_among(const char *name, const char *const *names) {
  for (; *names; ++names) {
    if (g_ascii_strcasecmp(name, *names) == 0) return 1;
  }
  return 0;
}

static void put_mailboxes(InternetAddressList *list);

static void put_address(InternetAddress *address) {
  const gboolean group = INTERNET_ADDRESS_IS_GROUP(address);
  fputs("{\"group\":", stdout);
  put_text(group ? internet_address_get_name(address) ? internet_address_get_name(address) : "" : NULL);
  fputs(",\"mailboxes\":[", stdout);
  if (group) put_mailboxes(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)));
  else {
    fputs("{\"name\":", stdout);
    put_text(internet_address_get_name(address) ? internet_address_get_name(address) : "");
    fputs(",\"address\":", stdout);
    put_text(internet_address_mailbox_get_idn_addr(INTERNET_ADDRESS_MAILBOX(address)));
    putchar('}');
  }
  fputs("]}", stdout);
}

static void put_mailboxes(InternetAddressList *list) {
  for (int i = 0; list && i < internet_address_list_length(list); ++i) {
    InternetAddress *member = internet_address_list_get_address(list, i);
    if (i > 0) putchar(',');
    if (INTERNET_ADDRESS_IS_GROUP(member)) {
      fputs("{\"name\":null}", stdout);
      continue;
    }
    fputs("{\"name\":", stdout);
    put_text(internet_address_get_name(member) ? internet_address_get_name(member) : "");
    fputs(",\"address\":", stdout);
    put_text(internet_address_mailbox_get_idn_addr(INTERNET_ADDRESS_MAILBOX(member)));
    putchar('}');
  }
}

static void put_addresses(const char *raw) {
  InternetAddressList *list = internet_address_list_parse(NULL, raw);
  putchar('[');
  for (int i = 0; list && i < internet_address_list_length(list); ++i) {
    if (i > 0) putchar(',');
    put_address(internet_address_list_get_address(list, i));
  }
  putchar(']');
  if (list) g_object_unref(list);
}

static void put_date(const char *raw) {
  GDateTime *date = g_mime_utils_header_decode_date(raw);
  if (date == NULL) {
    fputs("null", stdout);
    return;
  }
  printf("{\"seconds\":%" G_GINT64_FORMAT ",\"zone_minutes\":%d}", g_date_time_to_unix(date),
         (int)(g_date_time_get_utc_offset(date) / 60000000));
  g_date_time_unref(date);
}

/* What the fields of addresses and dates mean, in the order in which they stand. */
static void put_meanings(GMimeObject *object) {
  static const char *const addresses[] = {"From", "Sender", "Reply-To", "To", "Cc", NULL};
  GMimeHeaderList *list = g_mime_object_get_header_list(object);
  fputs(",\"addresses\":[", stdout);
  int written = 0;
  for (int i = 0; i < g_mime_header_list_get_count(list); ++i) {
    GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
    if (!is_among(g_mime_header_get_name(header), addresses)) continue;
    if (written++ > 0) putchar(',');
    put_addresses(g_mime_header_get_raw_value(header));
  }
  fputs("],\"dates\":[", stdout);
  written = 0;
  for (int i = 0; i < g_mime_header_list_get_count(list); ++i) {
    GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
    const char *name = g_mime_header_get_name(header);
    const char *raw = g_mime_header_get_raw_value(header);
    const int trace = g_ascii_strcasecmp(name, "Received") == 0;
    if (!trace && g_ascii_strcasecmp(name, "Date") != 0) continue;
    if (trace) raw = strrchr(raw, ';') ? strrchr(raw, ';') + 1 : raw;
    if (written++ > 0) putchar(',');
    put_date(raw);
  }
  putchar(']');
}

static void put_parameters(const char *key, GMimeParamList *list) {
  printf(",\"%s\":{", key);
  for (int i = 0; list && i < g_mime_param_list_length(list); ++i) {
    GMimeParam *parameter = g_mime_param_list_get_parameter_at(list, i);
    char *lower = g_ascii_strdown(g_mime_param_get_name(parameter), -1);
    if (i > 0) putchar(',');
    put_text(lower);
    putchar(':');
    put_text(g_mime_param_get_value(parameter));
    g_free(lower);
  }
  putchar('}');
}

static void put_type(GMimeObject *object) {
  GMimeContentType *type = g_mime_object_get_content_type(object);
  char *name = type ? g_mime_content_type_get_mime_type(type) : g_strdup("text/plain");
  char *lower = g_ascii_strdown(name, -1);
  fputs(",\"type\":", stdout);
  put_text(lower);
  fputs(",\"charset\":", stdout);
  put_text(type ? g_mime_content_type_get_parameter(type, "charset") : NULL);
  put_parameters("parameters", type ? g_mime_content_type_get_parameters(type) : NULL);
  GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(object);
  char *kind = disposition ? g_ascii_strdown(g_mime_content_disposition_get_disposition(disposition), -1) : NULL;
  fputs(",\"disposition\":", stdout);
  put_text(kind);
  const char *file_name = disposition ? g_mime_content_disposition_get_parameter(disposition, "filename") : NULL;
  if (file_name == NULL && type) file_name = g_mime_content_type_get_parameter(type, "name");
  fputs(",\"filename\":", stdout);
  put_text(file_name);
  g_free(kind);
  g_free(lower);
  g_free(name);
}

static void put_body(GMimePart *part) {
  GMimeDataWrapper *content = g_mime_part_get_content(part);
  GMimeStream *memory = g_mime_stream_mem_new();
  if (content) g_mime_data_wrapper_write_to_stream(content, memory);
  GByteArray *octets = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
  char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, octets->data ? octets->data : (const guchar *)"", octets->len);
  printf(",\"size\":%u,\"sha256\":\"%s\"", octets->len, digest);
  if (octets->len > 0 && octets->data[octets->len - 1] == '\r') fputs(",\"ends_in_cr\":true", stdout);
  g_free(digest);
  g_object_unref(memory);
}

static void put_node(GMimeObject *object, int depth);
static void put_message_node(GMimeMessage *message, int depth);

static void put_inside(GMimeObject *object, int depth) {
  if (depth > 150) return;
  if (GMIME_IS_MULTIPART(object)) {
    GMimeMultipart *multipart = GMIME_MULTIPART(object);
    fputs(",\"parts\":[", stdout);
    for (int i = 0; i < g_mime_multipart_get_count(multipart); ++i) {
      if (i > 0) putchar(',');
      put_node(g_mime_multipart_get_part(multipart, i), depth + 1);
    }
    putchar(']');
  } else if (GMIME_IS_MESSAGE_PART(object)) {
    GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    if (inner == NULL) return;
    fputs(",\"message\":", stdout);
    put_message_node(inner, depth);
  } else if (GMIME_IS_PART(object)) {
    put_body(GMIME_PART(object));
  }
}

static void put_node(GMimeObject *object, int depth) {
  putchar('{');
  put_headers(object, NULL);
  put_type(object);
  put_inside(object, depth);
  putchar('}');
}

static void put_message_node(GMimeMessage *message, int depth) {
  GMimeObject *body = g_mime_message_get_mime_part(message);
  putchar('{');
  put_headers(GMIME_OBJECT(message), body);
  put_meanings(GMIME_OBJECT(message));
  if (body) {
    put_type(body);
    put_inside(body, depth + 1);
  }
  putchar('}');
}

static void put_message(const char *octets, size_t size) {
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer(octets, size);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
  if (message == NULL) {
    puts("{}");
  } else {
    put_message_node(message, 0);
    putchar('\n');
    g_object_unref(message);
  }
  g_object_unref(parser);
  g_object_unref(stream);
}

static int read_stream(void) {
  size_t size = 0;
  while (scanf("%zu", &size) == 1) {
    if (getchar() != '\n' || size > (1U << 30)) return 1;
    char *octets = malloc(size + 1);
    if (octets == NULL || fread(octets, 1, size, stdin) != size) return 1;
    put_message(octets, size);
    free(octets);
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  g_mime_init();
  if (strcmp(argv[1], "-") == 0) return read_stream();
  gchar *octets = NULL;
  gsize size = 0;
  if (!g_file_get_contents(argv[1], &octets, &size, NULL)) return 1;
  put_message(octets, size);
  g_free(octets);
  return 0;
}
