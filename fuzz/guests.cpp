// What strangers can say to the MX's decisions: a HELO, an address by a proxy, answers of a blocklist. First
// octet: rcode. Then a line of HELO, a line of address, the rest is one record.
#include <cstdint>
#include <string_view>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "guests/guest.hpp"
#include "guests/standing.hpp"

namespace {

using namespace scop;

std::string_view take_line(std::string_view& rest) {
  const auto line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  return line;
}

// A listing is 127.0.0.0/8 without 127.255.255.0/24, and nothing else.
void check_listing(const dns::Answer& answer) {
  const auto read = guests::read_list_answer(answer);
  ENSURE(ascii::is_all_ascii(read.why));
  if (read.listing != guests::Listing::listed) return;
  const std::string_view record = answer.records.front();
  ENSURE(answer.rcode == dns::Rcode::no_error && record.size() == 4);
  ENSURE(record.starts_with('\x7f') && !record.starts_with("\x7f\xff\xff"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  dns::Answer answer;
  answer.rcode = static_cast<dns::Rcode>(static_cast<unsigned>(rest.front()) & 0xfU);
  rest.remove_prefix(1);
  const auto helo = take_line(rest);
  const auto gateways = guests::Gateways::from_text({"127.0.0.0/8", "::1"}).value();
  const auto guest = guests::guest_of(take_line(rest), gateways);
  ENSURE(guest.is_gateway || (!guest.network.empty() && !guest.host.empty()));
  ENSURE(guests::helo_observations(helo, guest.address, "mail.example", "example").size() <= 1);
  answer.records.emplace_back(rest);
  check_listing(answer);
  guests::Blocklists lists(guest.address, {{"zen.example", 10}});
  lists.answer(lists.wanted().front(), answer);
  ENSURE(lists.done() && lists.score() == (lists.listed_by().empty() ? 0U : 10U));
  return 0;
}
