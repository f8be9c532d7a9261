#include "resolver/library_log.hpp"

#include <algorithm>
#include <utility>

#include "core/ascii.hpp"

namespace scop::resolver {

namespace {

constexpr std::size_t most_reasons = 512;
constexpr std::size_t longest_line = 20'480;
constexpr std::size_t longest_reason = 500;
constexpr std::size_t most_complaints = 2'000;

ssize_t write_cookie(void* log, const char* octets, std::size_t size) {
  static_cast<LibraryLog*>(log)->write({octets, size});
  return static_cast<ssize_t>(size);
}

}  // namespace

LibraryLog::LibraryLog() {
  file_ =
      ::fopencookie(this, "w", {.read = nullptr, .write = write_cookie, .seek = nullptr, .close = nullptr});
  // Each line at once: whoever takes a reason must find it.
  if (file_ != nullptr) std::setvbuf(file_, nullptr, _IOLBF, BUFSIZ);
}

LibraryLog::~LibraryLog() {
  if (file_ != nullptr) std::fclose(file_);
}

void LibraryLog::write(std::string_view octets) {
  const std::scoped_lock lock(mutex_);
  while (!octets.empty()) {
    const auto end = octets.find('\n');
    const auto piece = octets.substr(0, end);
    line_ += piece.substr(0, longest_line - std::min(longest_line, line_.size()));
    if (end == std::string_view::npos) return;
    read_line(line_);
    line_.clear();
    octets.remove_prefix(end + 1);
  }
}

// "[1700000000] libunbound[4711:1] error: SERVFAIL <mx.example. MX IN>: all servers for this domain failed,
// …"
void LibraryLog::read_line(std::string_view line) {
  constexpr std::string_view mark = "SERVFAIL <";
  const auto at = line.find(mark);
  const auto end = at == std::string_view::npos ? at : line.find(">: ", at);
  if (end != std::string_view::npos) {
    const auto begin = at + mark.size();
    reasons_.push_back({ascii::to_lower(line.substr(begin, end - begin)),
                        ascii::printable(line.substr(end + 3), longest_reason)});
    if (reasons_.size() > most_reasons) reasons_.pop_front();
    return;
  }
  if (line.contains("error:") && complaints_.size() < most_complaints) {
    complaints_ += complaints_.empty() ? "" : "; ";
    complaints_ += ascii::printable(line.substr(line.find("error:") + 6), longest_reason);
  }
}

std::string LibraryLog::take_reason(std::string_view name, std::string_view type) {
  const auto question = ascii::to_lower(std::string(name) + " " + std::string(type) + " IN");
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find(reasons_.rbegin(), reasons_.rend(), question, &Reason::question);
  if (found == reasons_.rend()) return {};
  auto why = std::move(found->why);
  reasons_.erase(std::next(found).base());
  return why;
}

std::string LibraryLog::take_complaints() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(complaints_, {});
}

}  // namespace scop::resolver
