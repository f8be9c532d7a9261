#include "bayes/body_tokens.hpp"

#include <algorithm>
#include <ranges>

#include "bayes/tokenize.hpp"
#include "bayes/words.hpp"
#include "core/ascii.hpp"
#include "mime_text/html.hpp"
#include "mime_text/url.hpp"

namespace scop::bayes {

namespace {

constexpr std::size_t most_words = 6'000;
constexpr std::size_t most_hidden_words = 500;
constexpr std::size_t most_urls = 100;
constexpr std::size_t most_path_words = 8;
constexpr std::size_t most_structure = 60;

class Body {
 public:
  Body(Tokens& tokens, mime_text::Charsets& charsets) : tokens_(tokens), charsets_(charsets) {}
  void part(const mime_text::PartView& part);
  void end();

 private:
  void plain(std::string_view text);
  void html(std::string_view text);
  void links(const mime_text::Html& html);
  void url(std::string_view text, std::string_view prefix);

  Tokens& tokens_;
  mime_text::Charsets& charsets_;
  std::size_t octets_ = 0;  // of text so far
  std::size_t urls_ = 0;
};

void Body::part(const mime_text::PartView& part) {
  if (part.type.type != "text" || octets_ >= most_text) return;
  const auto octets = mime_text::decode_body(part, most_text - octets_);
  octets_ += octets.size();
  const auto charset = part.type.parameter("charset").value_or(std::string_view());
  const auto text = charsets_.to_utf8(charset, octets);
  if (!text.known) tokens_.add("charset", "unknown");
  if (!text.clean) tokens_.add("charset", "broken");
  // A plain text that is HTML is read as such by many.
  const auto begin = std::string_view(text.text).substr(0, 400);
  const bool looks_html =
      begin.contains("<html") || begin.contains("<HTML") || begin.contains("<!DOCTYPE HTML");
  if (part.type.subtype == "html" || looks_html) {
    if (part.type.subtype != "html") tokens_.add("html-as-plain");
    html(text.text);
  } else {
    plain(text.text);
  }
}

void Body::url(std::string_view text, std::string_view prefix) {
  if (++urls_ > most_urls) return;
  const auto url = mime_text::parse_url(text);
  if (url.host.empty()) {
    if (!url.scheme.empty()) tokens_.add("url-scheme", url.scheme);
    return;
  }
  if (url.scheme == "mailto") {
    tokens_.add("mailto", url.host);
    return tokens_.add("mailto", ascii::to_lower(url.user) + "@" + url.host);
  }
  tokens_.add(prefix, url.host);
  const auto domain = domain_of(url.host);
  if (domain != url.host) tokens_.add(prefix, domain);
  if (const auto dot = domain.rfind('.'); dot != std::string::npos)
    tokens_.add("url-end", domain.substr(dot));
  if (is_address_literal(url.host)) tokens_.add("url", "address");
  if (!url.port.empty() && url.port != "80" && url.port != "443") tokens_.add("url", "port");
  if (!url.user.empty()) tokens_.add("url", "user");
  if (url.path.contains('%')) tokens_.add("url", "percent");
  if (url.path.contains('@')) tokens_.add("url", "address-in-path");
  add_words(tokens_, "u", url.path, most_path_words);
}

void Body::plain(std::string_view text) {
  add_words(tokens_, "", text, most_words);
  for (const auto found : mime_text::find_urls(text, most_urls)) url(found, "url");
}

void Body::links(const mime_text::Html& html) {
  for (const auto& link : html.links) {
    url(link.target, link.kind == 'a' ? "url" : link.kind == 'i' ? "img" : "src");
    if (link.kind != 'a') continue;
    // What it shows and where it goes: the sign of phishing.
    const auto shown = mime_text::find_urls(link.text, 1);
    if (shown.empty()) continue;
    const auto shown_host = domain_of(mime_text::parse_url(shown.front()).host);
    const auto host = domain_of(mime_text::parse_url(link.target).host);
    if (!shown_host.empty()) tokens_.add("link", shown_host == host ? "shows-target" : "shows-other");
  }
}

void Body::html(std::string_view text) {
  const auto html = mime_text::render_html(text, most_text);
  add_words(tokens_, "", html.text, most_words);
  if (!ascii::trim(html.hidden).empty()) tokens_.add("html", "hidden-text");
  add_words(tokens_, "hidden", html.hidden, most_hidden_words);
  for (const auto& tag : html.tags) tokens_.add("tag", tag);
  for (const auto& feature : html.features) tokens_.add("html", feature);
  tokens_.add("html-tags", bucket(html.tag_count));
  tokens_.add("html-images", bucket(html.images));
  if (html.comments > 0) tokens_.add("html-comments", bucket(html.comments));
  if (html.split_words > 0) tokens_.add("html-split-words", bucket(html.split_words));
  if (html.entities > 0) tokens_.add("html-letters", bucket(html.entities));
  if (html.images > 0 && html.text.size() < html.images * 100) tokens_.add("html", "little-text");
  links(html);
}

void Body::end() {
  tokens_.add("text-size", bucket(octets_));
  tokens_.add("urls", bucket(std::min(urls_, most_urls)));
}

std::string extension_of(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string("none")
                                       : ascii::to_lower(name.substr(dot).substr(0, 10));
}

}  // namespace

void add_structure(Tokens& tokens, const mime_text::Message& message,
                   std::span<const attachments::AttachmentFinding> findings) {
  for (const auto oddity : message.oddities()) tokens.add("mime", mime_text::name_of(oddity));
  for (const auto& container : message.containers() | std::views::take(most_structure))
    tokens.add("mime", container);
  for (const auto& part : message.parts() | std::views::take(most_structure)) {
    tokens.add("mime", part.type.type + "/" + part.type.subtype.substr(0, 40));
  }
  for (const auto& part : message.parts() | std::views::take(most_structure)) {
    tokens.add("cte", message::name_of(part.encoding));
    if (const auto charset = part.type.parameter("charset")) tokens.add("charset", ascii::to_lower(*charset));
    if (!part.disposition.empty()) tokens.add("disposition", part.disposition);
    if (part.file_name.empty()) continue;
    tokens.add("file-type", extension_of(part.file_name));
    add_words(tokens, "file", part.file_name, 6);
  }
  for (const auto& finding : findings) tokens.add("attachment", attachments::name_of(finding.kind));
}

void add_body(Tokens& tokens, const mime_text::Message& message, mime_text::Charsets& charsets) {
  Body body(tokens, charsets);
  for (const auto& part : message.parts()) body.part(part);
  body.end();
}

}  // namespace scop::bayes
