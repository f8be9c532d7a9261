#include "scop/corpus_state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <fstream>
#include <optional>

#include "core/ascii.hpp"
#include "scop/corpus_json.hpp"
#include "scop/message_file.hpp"

namespace scop::command {

namespace {

constexpr std::size_t most_program = 1U << 30U;

//   line = first SP octets *( SP label "=" messages ) LF          ; the label's spaces as "/"
std::string line_of(std::uint64_t first, const Tally& tally) {
  auto line = fmt::format("{} {}", first, tally.octets);
  for (const auto& [label, row] : tally.rows) {
    auto word = label;
    std::ranges::replace(word, ' ', '/');
    line += fmt::format(" {}={}", word, row.messages);
  }
  return line += '\n';
}

std::optional<std::pair<std::uint64_t, Tally>> parse_line(std::string_view line) {
  const auto words = ascii::split(line, ' ');
  if (words.size() < 3) return std::nullopt;
  const auto first = ascii::parse_unsigned(words[0]);
  const auto octets = ascii::parse_unsigned(words[1]);
  if (!first || !octets) return std::nullopt;
  Tally tally{.octets = *octets};
  for (std::size_t i = 2; i < words.size(); ++i) {
    const auto equals = words[i].find('=');
    const auto messages =
        equals == std::string_view::npos ? std::nullopt : ascii::parse_unsigned(words[i].substr(equals + 1));
    if (!messages) return std::nullopt;
    std::string label(words[i].substr(0, equals));
    std::ranges::replace(label, '/', ' ');
    tally.rows[label].messages = *messages;
  }
  return std::pair{*first, std::move(tally)};
}

}  // namespace

ProofState::ProofState(std::filesystem::path file, std::uint64_t seed) : file_(std::move(file)) {
  if (file_.empty()) return;
  const auto program = read_input("/proc/self/exe", most_program);
  const auto head = fmt::format("scop corpus prove, seed {}, program {}\n", seed,
                                program ? sha256_hex(*program) : "unknown");
  read(head);
  // Written again whole: a line that was cut off must not stand before the next one.
  auto fresh = file_;
  fresh += ".new";
  std::ofstream out(fresh, std::ios::binary);
  out << head;
  for (const auto& [first, tally] : done_) out << line_of(first, tally);
  out.close();
  std::error_code ignored;
  if (out) std::filesystem::rename(fresh, file_, ignored);
}

void ProofState::read(const std::string& head) {
  const auto text = read_input(file_.string());
  if (!text || text->empty()) return;
  other_ = !text->starts_with(head);
  std::string_view rest = *text;
  if (!other_) rest.remove_prefix(head.size());
  while (!other_) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return;
    if (auto line = parse_line(rest.substr(0, end))) done_.insert(std::move(*line));
    rest.remove_prefix(end + 1);
  }
}

const Tally* ProofState::done(std::uint64_t first) const {
  const auto found = done_.find(first);
  return found == done_.end() ? nullptr : &found->second;
}

void ProofState::note(std::uint64_t first, const Tally& tally) {
  if (!file_.empty()) std::ofstream(file_, std::ios::app | std::ios::binary) << line_of(first, tally);
}

}  // namespace scop::command
