#include "message.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <ctime>

namespace scop::bench {

namespace {

constexpr std::array words{
    "the",      "meeting", "about", "our",        "garden", "plans",   "has",    "moved",  "to",
    "Thursday", "please",  "bring", "drawings",   "and",    "numbers", "for",    "spring", "budget",
    "I",        "would",   "like",  "see",        "what",   "remains", "of",     "last",   "year's",
    "seeds,",   "because", "shop",  "in",         "town",   "closes",  "early",  "this",   "week",
    "Anna",     "wrote",   "that",  "neighbours", "might",  "join",    "us",     "on",     "Sunday",
    "if",       "weather", "holds", "up",         "with",   "another", "letter", "from",   "council,",
    "whose",    "answer",  "we",    "expect",     "before", "end"};

// A small generator: the same number gives the same text on every machine.
class Steps {
 public:
  explicit Steps(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}
  std::size_t below(std::size_t bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>(state_ >> 33U) % bound;
  }

 private:
  std::uint64_t state_;
};

void append_prose(std::string& text, std::size_t octets, Steps& steps) {
  const std::size_t end = text.size() + octets;
  std::size_t line = text.size();
  while (text.size() + 90 < end) {
    text += words.at(steps.below(words.size()));
    if (text.size() - line > 64) {
      text += steps.below(9) == 0 ? ".\r\n\r\n" : "\r\n";
      line = text.size();
    } else {
      text += ' ';
    }
  }
  text.append(end > text.size() + 2 ? end - text.size() - 2 : 0, 'x');
  text += "\r\n";
}

}  // namespace

std::string message_key(const MessageForm& form, std::uint64_t number) {
  return fmt::format("{}.{}", form.run, number);
}

std::string make_message(const MessageForm& form, std::uint64_t number) {
  Steps steps(number);
  const auto key = message_key(form, number);
  std::string text = fmt::format(
      "Date: {:%a, %d %b %Y %H:%M:%S} +0000\r\nFrom: Anna Bench <{}>\r\nTo: {}\r\nSubject: Plans for week "
      "{}, {} {}\r\n"
      "Message-ID: <{}@bench.example>\r\nX-Scop-Bench: {}\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n",
      fmt::gmtime(std::time(nullptr)), form.from, form.to, number, words.at(steps.below(words.size())),
      words.at(steps.below(words.size())), key, key);
  if (text.size() < form.octets) append_prose(text, form.octets - text.size(), steps);
  return text;
}

}  // namespace scop::bench
