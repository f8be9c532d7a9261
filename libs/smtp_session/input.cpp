#include "smtp_session/input.hpp"

#include <cstring>
#include <span>

#include "core/secret.hpp"

namespace scop::smtp_session {

namespace {
constexpr std::size_t endless = 65'536;
}

void Input::add(std::string_view octets) {
  if (octets_.size() + octets.size() > octets_.capacity()) {
    // By hand: a string that grows leaves its old octets behind.
    std::string larger;
    larger.reserve(rest().size() + octets.size());
    larger.append(rest());
    wipe(octets_);
    octets_ = std::move(larger);
    begin_ = 0;
  }
  octets_.append(octets);
}

void Input::wipe_dropped(std::size_t count) {
  const auto taken = std::span(octets_).subspan(begin_, count);
  ::explicit_bzero(taken.data(), taken.size());
}

void Input::drop(std::size_t count) {
  begin_ += count;
  searched_ = 0;
  if (empty()) {
    octets_.clear();
    begin_ = 0;
  }
}

void Input::release() {
  if (empty()) std::string().swap(octets_);
}

Input::Line Input::take_line(std::size_t (*longest)(std::string_view)) {
  const auto held = rest();
  const auto end = held.find('\n', searched_);
  const auto bound = longest(held);
  if (end == std::string_view::npos) {
    searched_ = held.size();
    if (overlong_ == 0 && held.size() <= bound) return {};
    overlong_ += held.size();
    wipe_dropped(held.size());
    drop_all();
    return {overlong_ > endless ? Kind::endless : Kind::none, {}};
  }
  const bool too_long = overlong_ > 0 || end + 1 > bound;
  Line line{too_long ? Kind::too_long : Kind::line, {}};
  const auto text = held.substr(0, end);
  if (!too_long) {
    if (!text.ends_with('\r') || text.find('\r') + 1 != text.size()) {
      line.kind = Kind::bare;
    } else {
      line.text = text.substr(0, text.size() - 1);
    }
  }
  overlong_ = 0;
  wipe_dropped(end + 1);
  drop(end + 1);
  return line;
}

}  // namespace scop::smtp_session
