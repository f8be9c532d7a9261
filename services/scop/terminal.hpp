// Standard output and error as people see them: colours and aligned tables on a terminal, tab-separated lines
// in a pipe. Values from outside are escaped: no address or server's reply can drive the terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scop::command {

enum class Colour { none, bold, dim, red, green, yellow, blue, magenta, cyan };

class Terminal {
 public:
  Terminal();
  bool is_terminal() const { return is_terminal_; }
  std::string paint(Colour colour, std::string_view text) const;        // for standard output
  std::string paint_error(Colour colour, std::string_view text) const;  // for standard error

  void line(std::string_view text) const;
  void error_line(std::string_view text) const;  // on standard error
  void table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows) const;
  void problem(std::string_view text) const;  // on standard error, with the program's name

 private:
  bool is_terminal_;
  bool is_error_terminal_;
};

// Controls and octets that are no UTF-8 as \xNN.
std::string shown(std::string_view text);

}  // namespace scop::command
