#include "scop/terminal.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "core/ascii.hpp"

namespace scop::command {

namespace {

bool wants_colour(int descriptor) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return ::isatty(descriptor) == 1 && (no_colour == nullptr || *no_colour == '\0') && term != nullptr &&
         std::string_view(term) != "dumb";
}

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::none:
      return "0";
    case Colour::bold:
      return "1";
    case Colour::dim:
      return "2";
    case Colour::red:
      return "31";
    case Colour::green:
      return "32";
    case Colour::yellow:
      return "33";
    case Colour::blue:
      return "34";
    case Colour::magenta:
      return "35";
    case Colour::cyan:
      return "36";
  }
  return "0";
}

std::string painted(bool paint, Colour colour, std::string_view text) {
  if (!paint || colour == Colour::none) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code_of(colour), text);
}

// Columns that a text takes: escape sequences take none, a UTF-8 sequence one.
std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  bool in_escape = false;
  for (const char c : text) {
    if (c == '\x1b') in_escape = true;
    const bool counts = !in_escape && (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    if (counts) ++width;
    if (in_escape && c == 'm') in_escape = false;
  }
  return width;
}

std::string padded(const std::string& text, std::size_t width) {
  const auto taken = width_of(text);
  return taken >= width ? text : text + std::string(width - taken, ' ');
}

// Not fmt::print, which throws where nobody reads any more: `scop up` goes on then.
void put(std::FILE* file, std::string_view text) {
  const auto line = std::string(text) + '\n';
  std::fwrite(line.data(), 1, line.size(), file);
  std::fflush(file);
}

}  // namespace

Terminal::Terminal() : is_terminal_(wants_colour(1)), is_error_terminal_(wants_colour(2)) {}

std::string Terminal::paint(Colour colour, std::string_view text) const {
  return painted(is_terminal_, colour, text);
}

std::string Terminal::paint_error(Colour colour, std::string_view text) const {
  return painted(is_error_terminal_, colour, text);
}

void Terminal::line(std::string_view text) const { put(stdout, text); }

void Terminal::error_line(std::string_view text) const { put(stderr, text); }

void Terminal::problem(std::string_view text) const {
  error_line(fmt::format("{} {}", paint_error(Colour::red, "scop:"), text));
}

void Terminal::table(const std::vector<std::string>& head,
                     const std::vector<std::vector<std::string>>& rows) const {
  if (!is_terminal_) {
    for (const auto& row : rows) line(fmt::format("{}", fmt::join(row, "\t")));
    return;
  }
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < head.size(); ++column) {
    widths.push_back(width_of(head[column]));
    for (const auto& row : rows) widths.back() = std::max(widths.back(), width_of(row.at(column)));
  }
  const auto print_row = [&](const std::vector<std::string>& row, Colour colour) {
    std::string text;
    for (std::size_t column = 0; column < row.size(); ++column) {
      const bool last = column + 1 == row.size();
      text += paint(colour, last ? row[column] : padded(row[column], widths[column])) + (last ? "" : "  ");
    }
    line(text);
  };
  print_row(head, Colour::bold);
  for (const auto& row : rows) print_row(row, Colour::none);
}

std::string shown(std::string_view text) {
  if (ascii::is_utf8(text) && std::ranges::none_of(text, ascii::is_control) && !text.contains("\xc2")) {
    return std::string(text);
  }
  return ascii::printable(text, text.size());
}

}  // namespace scop::command
