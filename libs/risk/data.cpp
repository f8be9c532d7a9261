#include "risk/data.hpp"

#include <utility>

namespace scop::risk {

std::string_view name_of(Data data) {
  switch (data) {
    case Data::bodies:
      return "bodies";
    case Data::contacts:
      return "contacts";
    case Data::addresses:
      return "addresses";
    case Data::passwords:
      return "passwords";
    case Data::credentials:
      return "credentials";
    case Data::client_addresses:
      return "client addresses";
    case Data::learnt_words:
      return "learnt words";
    case Data::report_data:
      return "report data";
    case Data::log_lines:
      return "log lines";
  }
  std::unreachable();
}

std::string_view meaning_of(Data data) {
  switch (data) {
    case Data::bodies:
      return "what messages say, header and body";
    case Data::contacts:
      return "who writes to whom, and when";
    case Data::addresses:
      return "who has a mailbox or an alias here";
    case Data::passwords:
      return "passwords as they are typed";
    case Data::credentials:
      return "what is kept to check passwords by: argon2id hashes, SCRAM keys of app passwords";
    case Data::client_addresses:
      return "IP addresses and names of clients and servers";
    case Data::learnt_words:
      return "what the spam filter has learnt from messages, as keyed hashes and counts";
    case Data::report_data:
      return "rows of DMARC and TLS reports: servers, domains, results";
    case Data::log_lines:
      return "what the daemons log: addresses, clients, ids, results; never bodies or passwords";
  }
  std::unreachable();
}

std::string names_of(DataSet data) {
  std::string text;
  for (const auto one : all_data) {
    if (!data.has(one)) continue;
    if (!text.empty()) text += ", ";
    text += name_of(one);
  }
  return text.empty() ? "nothing personal" : text;
}

}  // namespace scop::risk
