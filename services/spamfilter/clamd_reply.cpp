#include "spamfilter/clamd_reply.hpp"

#include "core/ascii.hpp"

namespace scop::spamfilter {

namespace {

constexpr std::string_view stream = "stream: ";
constexpr std::string_view found = " FOUND";

}  // namespace

Outcome<std::string> parse_clamd_reply(std::string_view reply) {
  while (!reply.empty() && (reply.back() == '\0' || reply.back() == '\n')) reply.remove_suffix(1);
  if (reply == "stream: OK") return std::string();
  if (reply.starts_with(stream) && reply.ends_with(found) && reply.size() > stream.size() + found.size()) {
    return ascii::printable(reply.substr(stream.size(), reply.size() - stream.size() - found.size()), 100);
  }
  if (reply.starts_with("INSTREAM size limit exceeded"))
    return failure(ErrorKind::too_large, "the message is over clamd's StreamMaxLength");
  return failure(ErrorKind::broken, "clamd says \"" + ascii::printable(reply, 100) + "\"");
}

}  // namespace scop::spamfilter
