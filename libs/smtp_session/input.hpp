// Octets that came and wait: cut into lines or handed out raw. Bounded; taken lines are overwritten at once,
// since they may have been passwords.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scop::smtp_session {

class Input {
 public:
  enum class Kind {
    none,  // no line end has come yet
    line,
    too_long,  // the line passed its bound; it was dropped
    endless,   // … and has no end within a further bound
    bare,      // a CR or LF that is no CRLF: never a line end (smuggling)
  };
  struct Line {
    Kind kind = Kind::none;
    std::string text;  // without CRLF
  };

  void add(std::string_view octets);
  // `longest` gives the bound (CRLF included) for a line that begins so.
  Line take_line(std::size_t (*longest)(std::string_view beginning));

  bool empty() const { return begin_ == octets_.size(); }
  std::string_view rest() const { return std::string_view(octets_).substr(begin_); }
  void drop(std::size_t count);
  void drop_all() { drop(octets_.size() - begin_); }
  // Gives the memory back where nothing is held.
  void release();

 private:
  void wipe_dropped(std::size_t count);
  std::string octets_;
  std::size_t begin_ = 0;
  std::size_t searched_ = 0;  // no LF in the first so many of rest()
  std::size_t overlong_ = 0;  // dropped of a line that passed its bound
};

}  // namespace scop::smtp_session
