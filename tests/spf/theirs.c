/* libspf2 for the differential tests, in a process of its own per case: it may crash. Standard input:
     rr NAME TYPE DATA     a record; DATA empty: the name exists without such a record
     check IP HELO FROM    prints the result's word and ends */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <spf2/spf.h>
#include <spf2/spf_dns_zone.h>

static ns_type type_of(const char *name) {
  if (strcmp(name, "A") == 0) return ns_t_a;
  if (strcmp(name, "AAAA") == 0) return ns_t_aaaa;
  if (strcmp(name, "MX") == 0) return ns_t_mx;
  if (strcmp(name, "PTR") == 0) return ns_t_ptr;
  return ns_t_txt;
}

static void add(SPF_dns_server_t *zone, char *rest) {
  const char *name = strsep(&rest, " ");
  const char *type = strsep(&rest, " ");
  if (SPF_dns_zone_add_str(zone, name, type_of(type), NETDB_SUCCESS, rest) != SPF_E_SUCCESS) exit(3);
}

static int check(SPF_dns_server_t *zone, char *rest) {
  SPF_server_t *server = SPF_server_new_dns(zone, 0);
  SPF_request_t *request = SPF_request_new(server);
  SPF_response_t *response = NULL;
  const char *address = strsep(&rest, " ");
  if (strchr(address, ':') != NULL) {
    SPF_request_set_ipv6_str(request, address);
  } else {
    SPF_request_set_ipv4_str(request, address);
  }
  SPF_request_set_helo_dom(request, strsep(&rest, " "));
  SPF_request_set_env_from(request, rest);
  SPF_server_set_rec_dom(server, "receiver.example");
  SPF_request_query_mailfrom(request, &response);
  printf("%s\n", SPF_strresult(SPF_response_result(response)));
  return 0;
}

int main(void) {
  SPF_dns_server_t *zone = SPF_dns_zone_new(NULL, "test", 0);
  char line[8192];
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    if (strncmp(line, "rr ", 3) == 0) add(zone, line + 3);
    if (strncmp(line, "check ", 6) == 0) return check(zone, line + 6);
  }
  return 2;
}
