#include "mime_text/html.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/ascii.hpp"
#include "mime_text/html_tag.hpp"

namespace scop::mime_text {

namespace {

using namespace std::string_view_literals;

constexpr std::array block_names{
    "address"sv, "blockquote"sv, "br"sv,  "center"sv, "dd"sv, "div"sv, "dl"sv,    "dt"sv, "form"sv,
    "h1"sv,      "h2"sv,         "h3"sv,  "h4"sv,     "h5"sv, "h6"sv,  "hr"sv,    "li"sv, "ol"sv,
    "option"sv,  "p"sv,          "pre"sv, "table"sv,  "td"sv, "th"sv,  "title"sv, "tr"sv, "ul"sv};
constexpr std::array void_names{"area"sv, "base"sv,  "br"sv,   "col"sv,  "hr"sv,
                                "img"sv,  "input"sv, "link"sv, "meta"sv, "param"sv};
constexpr std::array notable_names{"form"sv,   "input"sv, "script"sv, "iframe"sv,  "object"sv, "embed"sv,
                                   "applet"sv, "map"sv,   "base"sv,   "marquee"sv, "blink"sv,  "style"sv};
constexpr std::size_t most_features = 100;
constexpr std::size_t most_link_text = 200;
constexpr std::size_t most_searched_levels = 30;  // of open elements, for one closing tag

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string without_spaces(std::string_view text) {
  std::string out = ascii::to_lower(text);
  std::erase_if(out, [](char c) { return ascii::is_wsp(c) || c == '\r' || c == '\n'; });
  return out;
}

bool hides(std::string_view style) {
  for (const auto wanted : {"display:none"sv, "visibility:hidden"sv, "font-size:0"sv, "font-size:1p"sv,
                            "mso-hide:all"sv, "opacity:0;"sv, "line-height:0"sv}) {
    if (style.contains(wanted)) return true;
  }
  return false;
}

std::string colour(std::string_view value) {
  auto text = without_spaces(value).substr(0, 20);
  if (text.starts_with('#')) text.erase(0, 1);
  if (text == "white" || text == "fff") return "ffffff";
  return text == "black" || text == "000" ? "000000" : text;
}

class Renderer {
 public:
  Renderer(std::string_view text, std::size_t most) : rest_(text), most_(most) {}
  Html render();

 private:
  struct Open {
    std::string name;
    bool hidden = false;
    std::string background;
  };

  void take_tag();
  void open(const Tag& tag);
  void close(const Tag& tag);
  void take_attributes(const Tag& tag);
  void take_link(std::string_view target, char kind);
  void push(const Tag& tag);
  void skip_until(std::string_view end, bool past);
  void skip_element(std::string_view name);
  void show(std::string_view raw);
  void feature(std::string text);
  bool hidden() const { return !open_.empty() && open_.back().hidden; }
  std::string_view background() const {
    return open_.empty() ? "ffffff"sv : std::string_view(open_.back().background);
  }

  std::string_view rest_;
  std::size_t most_;
  Html html_;
  std::vector<Open> open_;
  bool in_anchor_ = false;
  bool comments_end_ = true;   // false once a comment had no end: the rest has none either
  bool after_letter_ = false;  // the text before this tag ended inside a word
  bool cut_ = false;           // … and nothing but comments or unknown tags came since
};

Html Renderer::render() {
  while (!rest_.empty() && html_.text.size() + html_.hidden.size() < most_) {
    const auto begin = std::min(rest_.find('<'), rest_.size());
    if (begin > 0) show(rest_.substr(0, begin));
    rest_.remove_prefix(begin);
    if (!rest_.empty()) take_tag();
  }
  return std::move(html_);
}

void Renderer::show(std::string_view raw) {
  const auto text = resolve_entities(raw.substr(0, most_), &html_.entities);
  if (std::exchange(cut_, false) && after_letter_ && !text.empty() && ascii::is_alpha(text.front()))
    ++html_.split_words;
  after_letter_ = !text.empty() && ascii::is_alpha(text.back());
  (hidden() ? html_.hidden : html_.text) += text;
  if (in_anchor_ && !html_.links.empty() && html_.links.back().text.size() < most_link_text) {
    html_.links.back().text += std::string_view(text).substr(0, most_link_text);
  }
}

void Renderer::skip_until(std::string_view end, bool past) {
  const auto found = rest_.find(end);
  rest_.remove_prefix(found == std::string_view::npos ? rest_.size() : found + (past ? end.size() : 0));
}

// Behind a <script> or <style>: its content is no text.
void Renderer::skip_element(std::string_view name) {
  while (!rest_.empty()) {
    skip_until("</", true);
    if (ascii::starts_with_ignoring_case(rest_, name)) break;
  }
  skip_until(">", true);
}

void Renderer::take_tag() {
  if (rest_.starts_with("<!--")) {
    ++html_.comments;
    cut_ = true;
    comments_end_ = comments_end_ && rest_.contains("-->");
    skip_until(comments_end_ ? "-->" : ">", true);
    return;
  }
  const bool name_follows = rest_.size() > 1 && (ascii::is_alpha(rest_[1]) || rest_[1] == '/' ||
                                                 rest_[1] == '!' || rest_[1] == '?');
  const auto end = name_follows ? tag_end(rest_) : std::string_view::npos;
  if (end == std::string_view::npos) {
    show(rest_.substr(0, 1));
    rest_.remove_prefix(1);
    return;
  }
  const auto tag = parse_tag(rest_.substr(1, end - 2));
  rest_.remove_prefix(end);
  cut_ = true;
  if (tag.name.empty()) return;
  ++html_.tag_count;
  if (is_among(block_names, tag.name)) {
    (hidden() ? html_.hidden : html_.text) += '\n';
    after_letter_ = false;
  }
  if (tag.closes) {
    close(tag);
  } else {
    open(tag);
  }
}

void Renderer::feature(std::string text) {
  if (html_.features.size() < most_features &&
      std::ranges::find(html_.features, text) == html_.features.end()) {
    html_.features.push_back(std::move(text));
  }
}

void Renderer::take_link(std::string_view target, char kind) {
  if (!target.empty() && html_.links.size() < most_links)
    html_.links.push_back({std::string(target), {}, kind});
}

void Renderer::take_attributes(const Tag& tag) {
  for (const auto& [name, value] : tag.attributes) {
    if (name == "bgcolor" || name == "color") feature(tag.name + "-" + name + ":" + colour(value));
    if (name == "size" || name == "face" || name == "align" || name == "border") {
      feature(tag.name + "-" + name + ":" + without_spaces(value).substr(0, 20));
    }
    if (name == "style") feature(tag.name + "-style");
    if (name.starts_with("on") && name.size() > 4) feature("event:" + name);
    if (name == "background" || (name == "src" && tag.name != "img")) take_link(value, 'r');
  }
}

void Renderer::push(const Tag& tag) {
  if (is_among(void_names, tag.name) || open_.size() == most_hidden_depth) return;
  const auto style = without_spaces(tag.attribute("style"));
  Open element{.name = tag.name, .hidden = hidden() || hides(style), .background = std::string(background())};
  if (const auto own = tag.attribute("bgcolor"); !own.empty()) element.background = colour(own);
  const auto ink = tag.attribute("color");
  if (!ink.empty() && colour(ink) == element.background) element.hidden = true;
  open_.push_back(std::move(element));
}

void Renderer::open(const Tag& tag) {
  if (html_.tags.size() < most_tag_names && std::ranges::find(html_.tags, tag.name) == html_.tags.end()) {
    html_.tags.push_back(tag.name);
  }
  if (is_among(notable_names, tag.name)) feature(tag.name);
  take_attributes(tag);
  if (tag.name == "img") {
    ++html_.images;
    take_link(tag.attribute("src"), 'i');
    const auto width = tag.attribute("width");
    if ((width == "1" || width == "0") && tag.attribute("height").size() == 1) feature("tiny-image");
  }
  if (tag.name == "a" || tag.name == "area") {
    take_link(tag.attribute("href"), 'a');
    in_anchor_ = tag.name == "a" && !tag.attribute("href").empty();
  }
  if (tag.name == "form") take_link(tag.attribute("action"), 'f');
  if (tag.name == "script" || tag.name == "style") {
    skip_element(tag.name);
    return;
  }
  push(tag);
}

void Renderer::close(const Tag& tag) {
  if (tag.name == "a") in_anchor_ = false;
  const auto searched = std::min(open_.size(), most_searched_levels);
  for (std::size_t i = 0; i < searched; ++i) {
    const auto level = open_.size() - 1 - i;
    if (open_[level].name != tag.name) continue;
    open_.resize(level);
    return;
  }
}

}  // namespace

Html render_html(std::string_view text, std::size_t most) { return Renderer(text, most).render(); }

}  // namespace scop::mime_text
