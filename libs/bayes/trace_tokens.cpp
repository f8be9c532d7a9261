#include "bayes/trace_tokens.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "bayes/words.hpp"
#include "core/ascii.hpp"
#include "message/date.hpp"
#include "message/header.hpp"

namespace scop::bayes {

namespace {

constexpr std::size_t most_hops = 12;

// "from name (helo name [192.0.2.1])": the first word behind `word`.
std::string word_behind(std::string_view text, std::string_view word) {
  const auto at = text.starts_with(word) ? 0 : text.find(" " + std::string(word));
  if (at == std::string_view::npos) return {};
  auto rest = text.substr(at + word.size() + (at == 0 ? 0 : 1));
  rest = ascii::trim(rest);
  return ascii::to_lower(rest.substr(0, std::min(rest.find_first_of(" ;()\t"), rest.size())).substr(0, 80));
}

void add_address(Tokens& tokens, std::string_view text) {
  const auto begin = text.find('[');
  const auto end = begin == std::string_view::npos ? begin : text.find(']', begin);
  if (end == std::string_view::npos) return;
  const auto address = text.substr(begin + 1, end - begin - 1);
  if (!is_address_literal(address)) return;
  tokens.add("r-ip", address);
  const auto last = address.rfind('.');
  if (last != std::string_view::npos) tokens.add("r-ip", address.substr(0, last));
  tokens.add("r-ip", domain_of(address));
}

void add_hop(Tokens& tokens, std::string_view value) {
  const auto text = message::unfold(value);
  const auto helo = word_behind(text, "from ");
  if (!helo.empty()) {
    tokens.add("r-from", domain_of(helo));
    if (!helo.contains('.')) tokens.add("r-helo", "no-dot");
    if (is_address_literal(helo)) tokens.add("r-helo", "address");
    if (helo.starts_with('[')) tokens.add("r-helo", "literal");
    const auto behind = text.find('(');
    const auto reverse =
        behind == std::string::npos ? std::string() : word_behind(std::string_view(text).substr(behind), "(");
    if (!reverse.empty()) tokens.add("r-name", is_address_literal(reverse) ? "address" : domain_of(reverse));
    if (reverse.starts_with('[')) tokens.add("r-name", "none");
    if (!reverse.empty() && domain_of(reverse) != domain_of(helo)) tokens.add("r-helo", "other-name");
  }
  if (const auto by = word_behind(text, "by "); !by.empty()) tokens.add("r-by", domain_of(by));
  if (const auto with = word_behind(text, "with "); !with.empty()) tokens.add("r-with", with);
  add_address(tokens, text);
}

void add_date(Tokens& tokens, const mime_text::Message& message,
              const std::optional<message::Date>& received) {
  const auto value = ascii::trim(message.first("Date"));
  if (value.empty()) return tokens.add("date:none");
  const auto date = message::parse_date(value);
  if (!date) return tokens.add("date:malformed");
  const auto zone = message::format_date(*date);
  tokens.add("date-zone", std::string_view(zone).substr(zone.size() - 5));
  tokens.add("date-form", shape_of(value.substr(0, 50)));
  if (!received) return;
  const auto behind = received->time - date->time;
  using std::chrono::hours;
  tokens.add("date", behind < hours(-24)  ? "days-ahead"
                     : behind < hours(-2) ? "hours-ahead"
                     : behind < hours(6)  ? "on-time"
                     : behind < hours(48) ? "hours-late"
                                          : "days-late");
}

}  // namespace

void add_trace(Tokens& tokens, const mime_text::Message& message) {
  std::vector<std::string_view> hops;
  for (const auto& field : message.fields()) {
    if (ascii::equals_ignoring_case(field.name, "Received")) hops.push_back(field.value);
  }
  tokens.add("r-count", bucket(hops.size()));
  // The last ones are the sender's own side: counted from there.
  const auto first = hops.size() > most_hops ? hops.size() - most_hops : 0;
  for (std::size_t i = first; i < hops.size(); ++i) add_hop(tokens, hops[i]);
  std::optional<message::Date> received;
  if (!hops.empty()) {
    const auto semicolon = hops.front().rfind(';');
    if (semicolon != std::string_view::npos) {
      if (const auto date = message::parse_date(ascii::trim(hops.front().substr(semicolon + 1))))
        received = *date;
    }
  }
  add_date(tokens, message, received);
}

}  // namespace scop::bayes
