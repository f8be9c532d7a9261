// rspamd's HTTP check: headers of a request from any client, and an answer that is JSON whatever the message
// holds.
//   lines "Name: value", an empty line, the message's header
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "spamfilter/checkv2.hpp"
#include "spamfilter/limits.hpp"

using namespace scop;
using namespace scop::spamfilter;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  CheckRequest request;
  std::string_view rest = input;
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.empty()) break;
    const auto colon = std::min(line.find(':'), line.size());
    take_header(request, line.substr(0, colon), line.substr(std::min(colon + 1, line.size())));
  }
  ENSURE(request.rcpt.size() <= limits::recipients);
  Case found;
  for (const auto& recipient : request.rcpt) found.addressees.push_back({recipient, {}, {}});
  found.common.label = bayes::Label::spam;
  found.common.score = static_cast<double>(size % 101) / 100;
  found.common.reasons = {{std::string(rest), 0.9}};
  found.findings = {{attachments::Kind::macro, request.helo, request.from}};
  found.virus = request.ip;
  const auto ruling = rule(found, {});
  const auto answer = json_of({found, ruling, rest, 1, 0.5});
  ENSURE(ascii::is_utf8(answer));
  boost::system::error_code error;
  const auto parsed = boost::json::parse(answer, error);
  ENSURE(!error && parsed.is_object() && parsed.get_object().contains("action"));
  return 0;
}
