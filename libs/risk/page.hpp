// The report as headings, texts, lists and tables, and these as Markdown or as one HTML file without scripts
// or anything fetched. Values from outside are escaped in both.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "risk/report.hpp"

namespace scop::risk {

enum class Tone : std::uint8_t { plain, good, warning, bad };

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
};

struct Block {
  enum class Kind : std::uint8_t { heading, text, list, table };
  Kind kind = Kind::text;
  unsigned level = 2;  // of a heading
  std::string text;
  std::vector<std::string> items;  // of a list
  std::vector<std::string> head;   // of a table
  std::vector<std::vector<Cell>> rows;
};

struct Page {
  std::string title;
  std::vector<Block> blocks;
};

Page page_of(const Report& report);

std::string to_markdown(const Page& page);
std::string to_html(const Page& page);

// One line, without controls: what is no text is shown as \xNN.
std::string clean(std::string_view text);

}  // namespace scop::risk
