#include <algorithm>
#include <utility>

#include "core/ascii.hpp"
#include "risk/page.hpp"
#include "web_content/xml.hpp"

namespace scop::risk {

namespace {

std::string markdown_text(std::string_view text) {
  std::string out;
  for (const char c : clean(text)) {
    if (std::string_view("\\`*_[]<>|#~&").contains(c)) out += '\\';
    out += c;
  }
  return out;
}

void add_markdown(const Block& block, std::string& out) {
  switch (block.kind) {
    case Block::Kind::heading:
      out.append(block.level, '#').append(" ").append(markdown_text(block.text)).append("\n\n");
      return;
    case Block::Kind::text:
      out.append(markdown_text(block.text)).append("\n\n");
      return;
    case Block::Kind::list:
      for (const auto& item : block.items) out.append("* ").append(markdown_text(item)).append("\n");
      out.append("\n");
      return;
    case Block::Kind::table:
      out += '|';
      for (const auto& name : block.head) out.append(" ").append(markdown_text(name)).append(" |");
      out += "\n|";
      for (std::size_t i = 0; i < block.head.size(); ++i) out += "---|";
      out += '\n';
      for (const auto& row : block.rows) {
        out += '|';
        for (const auto& cell : row) out.append(" ").append(markdown_text(cell.text)).append(" |");
        out += '\n';
      }
      out += '\n';
      return;
  }
  std::unreachable();
}

std::string html_text(std::string_view text) { return web_content::xml_text(clean(text)); }

std::string_view class_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::good:
      return " class=\"good\"";
    case Tone::warning:
      return " class=\"warning\"";
    case Tone::bad:
      return " class=\"bad\"";
  }
  std::unreachable();
}

void add_html(const Block& block, std::string& out) {
  switch (block.kind) {
    case Block::Kind::heading: {
      const auto tag = std::string("h") + static_cast<char>('0' + std::min(block.level, 6U));
      out.append("<" + tag + ">").append(html_text(block.text)).append("</" + tag + ">\n");
      return;
    }
    case Block::Kind::text:
      out.append("<p>").append(html_text(block.text)).append("</p>\n");
      return;
    case Block::Kind::list:
      out += "<ul>\n";
      for (const auto& item : block.items) out.append("<li>").append(html_text(item)).append("</li>\n");
      out += "</ul>\n";
      return;
    case Block::Kind::table:
      out += "<table>\n<tr>";
      for (const auto& name : block.head) out.append("<th>").append(html_text(name)).append("</th>");
      out += "</tr>\n";
      for (const auto& row : block.rows) {
        out += "<tr>";
        for (const auto& cell : row)
          out.append("<td")
              .append(class_of(cell.tone))
              .append(">")
              .append(html_text(cell.text))
              .append("</td>");
        out += "</tr>\n";
      }
      out += "</table>\n";
      return;
  }
  std::unreachable();
}

// No script, nothing fetched: the policy says so to the browser as well.
constexpr std::string_view html_head = R"html(<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<style>
body { font: 15px/1.45 system-ui, sans-serif; max-width: 76em; margin: 2em auto; padding: 0 1em; color: #1c2733; background: #fff }
h1 { font-size: 1.7em } h2 { margin-top: 2em; border-bottom: 2px solid #d5dce3 } h3 { margin-top: 1.8em } h4 { margin: 1.2em 0 .4em }
table { border-collapse: collapse; width: 100%; margin: .6em 0 1.2em }
th { text-align: left; font-size: .78em; letter-spacing: .03em; color: #57687a }
th, td { padding: .3em .7em .3em 0; border-bottom: 1px solid #e3e8ed; vertical-align: top; overflow-wrap: anywhere }
ul { columns: 2; padding-left: 1.2em }
.good { color: #17693a } .warning { color: #8a5a00 } .bad { color: #a3160f; font-weight: 600 }
@media (prefers-color-scheme: dark) {
  body { color: #dbe3ea; background: #141a20 } h2 { border-color: #35414d } th, td { border-color: #2a343e } th { color: #93a4b4 }
  .good { color: #6fce95 } .warning { color: #e0b25a } .bad { color: #ff8d84 }
}
</style>
)html";

}  // namespace

std::string clean(std::string_view text) {
  if (!ascii::is_utf8(text) || text.contains("\xc2") || std::ranges::any_of(text, ascii::is_control))
    return ascii::printable(text, text.size());
  return std::string(text);
}

std::string to_markdown(const Page& page) {
  std::string out = "# " + markdown_text(page.title) + "\n\n";
  for (const auto& block : page.blocks) add_markdown(block, out);
  return out;
}

std::string to_html(const Page& page) {
  std::string out = "<!doctype html>\n<html lang=\"en\">\n";
  out.append(html_head).append("<title>").append(html_text(page.title)).append("</title>\n");
  out.append("<h1>").append(html_text(page.title)).append("</h1>\n");
  for (const auto& block : page.blocks) add_html(block, out);
  return out + "</html>\n";
}

}  // namespace scop::risk
