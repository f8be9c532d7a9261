// The vocabulary of rspamd's HTTP check (POST /checkv2), as Postfix through rspamd's milter proxy, Exim,
// rspamc and others speak it: request headers with the envelope, an answer in JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spamfilter/ruling.hpp"

namespace scop::spamfilter {

struct CheckRequest {
  std::string ip;
  std::string helo;
  std::string from;
  std::string queue_id;
  std::vector<std::string> rcpt;
};

// One header of the request, name in any case; others than the envelope's are ignored.
void take_header(CheckRequest& request, std::string_view name, std::string_view value);

// "reject", "add header" or "no action"; where recipients differ, the mildest.
std::string_view action_of(const Ruling& ruling, std::size_t recipients);

// On rspamd's scale: 6 at our label threshold, 15 at 1.
double rspamd_score(double score, double label_threshold);

struct CheckAnswer {
  const Case& found;
  const Ruling& ruling;
  std::string_view header;         // of the message, for its Message-ID
  std::size_t foreign_fields = 0;  // X-Spam-* fields in it
  double seconds = 0;
};
std::string json_of(const CheckAnswer& answer);

}  // namespace scop::spamfilter
