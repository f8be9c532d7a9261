#include "cert_roll/state.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/ascii.hpp"

namespace scop::cert_roll {

namespace {

constexpr std::string_view head = "scop-certificate-roll 1";
constexpr std::array steps{std::pair{Step::settled, std::string_view("settled")},
                           std::pair{Step::announcing, std::string_view("announcing")},
                           std::pair{Step::waiting, std::string_view("waiting")},
                           std::pair{Step::placing, std::string_view("placing")},
                           std::pair{Step::proving, std::string_view("proving")},
                           std::pair{Step::retiring, std::string_view("retiring")}};
// Beyond every clock we may meet, and far from where adding to it would overflow.
constexpr std::uint64_t latest = 253'402'300'799'000;  // the end of the year 9999, in milliseconds
constexpr std::uint64_t longest_ttl = 2'147'483'647;   // RFC 2181 8

std::unexpected<Error> malformed(std::string_view line) {
  return failure(ErrorKind::malformed, "not a certificate roll's state: \"" + ascii::printable(line) + "\"");
}

bool is_digest(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return ascii::is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool read_number(std::string_view text, std::uint64_t most, std::uint64_t& into) {
  const auto number = ascii::parse_unsigned(text);
  if (!number || *number > most) return false;
  into = *number;
  return true;
}

bool read_time(std::string_view text, Time& into) {
  std::uint64_t number = 0;
  if (!read_number(text, latest, number)) return false;
  into = Time(std::chrono::milliseconds(number));
  return true;
}

bool read_digest(std::string_view text, std::string& into) {
  if (!is_digest(text) || !into.empty()) return false;
  into = text;
  return true;
}

bool read_step(std::string_view text, Step& into) {
  const auto found = std::ranges::find(steps, text, [](const auto& entry) { return entry.second; });
  if (found == steps.end()) return false;
  into = found->first;
  return true;
}

bool read_ttl(std::string_view text, std::chrono::seconds& into) {
  std::uint64_t number = 0;
  if (!read_number(text, longest_ttl, number)) return false;
  into = std::chrono::seconds(number);
  return true;
}

bool read_abandoned(std::string_view text, std::vector<std::string>& into) {
  if (!is_digest(text) || into.size() >= most_abandoned) return false;
  into.emplace_back(text);
  return true;
}

bool read_line(std::string_view line, State& state) {
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return false;
  const auto name = line.substr(0, space);
  const auto value = line.substr(space + 1);
  if (name == "step") return read_step(value, state.step);
  if (name == "current") return read_digest(value, state.current);
  if (name == "next") return read_digest(value, state.next);
  if (name == "certificate") return read_digest(value, state.certificate);
  if (name == "abandoned") return read_abandoned(value, state.abandoned);
  if (name == "since") return read_time(value, state.since);
  if (name == "key_since") return read_time(value, state.key_since);
  if (name == "ttl") return read_ttl(value, state.ttl);
  return false;
}

// A time before 1970 is no time we wrote.
std::string number_of(Time time) {
  return std::to_string(std::max<std::int64_t>(0, time.time_since_epoch().count()));
}

}  // namespace

std::string_view name_of(Step step) {
  const auto* const found = std::ranges::find(steps, step, [](const auto& entry) { return entry.first; });
  return found == steps.end() ? "?" : found->second;
}

std::string to_text(const State& state) {
  std::string text(head);
  const auto line = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) text.append("\n").append(name).append(" ").append(value);
  };
  line("step", name_of(state.step));
  line("current", state.current);
  line("next", state.next);
  line("certificate", state.certificate);
  for (const auto& key : state.abandoned) line("abandoned", key);
  line("since", number_of(state.since));
  line("key_since", number_of(state.key_since));
  line("ttl", std::to_string(state.ttl.count()));
  return text + "\n";
}

Outcome<State> parse_state(std::string_view text) {
  if (text.size() > most_state)
    return failure(ErrorKind::too_large, "too long for a certificate roll's state");
  if (!text.ends_with('\n')) return malformed(text.substr(0, 80));
  text.remove_suffix(1);
  const auto lines = ascii::split(text, '\n');
  if (lines.front() != head) return malformed(lines.front());
  State state;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (!read_line(lines.at(i), state)) return malformed(lines.at(i));
  }
  const bool is_under_way = state.step != Step::settled;
  if (is_under_way != !state.next.empty() || is_under_way != !state.certificate.empty())
    return malformed("step " + std::string(name_of(state.step)) + " without, or against, what comes next");
  return state;
}

}  // namespace scop::cert_roll
