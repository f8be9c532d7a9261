// Finds an entity's fields and the leaf parts, line by line, for Message::read. Private to mime_text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mime_text/message.hpp"

namespace scop::mime_text {

class Walker {
 public:
  Walker(std::string_view text, Message& message) : text_(text), message_(message) {}
  void walk();

 private:
  enum class State { header, body, between };  // between: preamble, epilogue

  struct Container {
    std::string boundary;  // empty: message/rfc822, which has none
    bool is_digest = false;
  };

  void take_line(std::size_t begin, std::size_t end, std::size_t behind);
  bool take_boundary(std::string_view line, std::size_t begin, std::size_t behind);
  void take_field_line(std::string_view line, std::size_t begin);
  void end_field();
  void end_header(std::size_t behind);
  void end_part(std::size_t at);
  bool enter(const PartView& part);
  void begin_header();
  void note(Oddity oddity);

  std::string_view text_;
  Message& message_;
  State state_ = State::header;
  std::vector<Container> containers_;
  std::vector<FieldView> fields_;  // of the entity whose header is read
  std::size_t all_fields_ = 0;
  std::string_view field_name_;  // empty: none is open
  std::size_t value_begin_ = 0;
  std::size_t value_end_ = 0;
  std::size_t body_begin_ = 0;
  bool first_header_ = true;
};

}  // namespace scop::mime_text
