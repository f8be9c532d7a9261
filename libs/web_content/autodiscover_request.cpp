#include "web_content/autodiscover_request.hpp"

#include <expat.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <type_traits>
#include <vector>

#include "core/ascii.hpp"

namespace scop::web_content {

namespace {

constexpr std::size_t most_octets = 64U << 10U;
constexpr std::size_t most_depth = 8;
constexpr std::size_t most_elements = 64;
constexpr std::size_t longest_text = 512;

struct Freed {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, Freed>;

class Reader {
 public:
  Reader() : parser_(XML_ParserCreate(nullptr)) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), on_start, on_end);
    XML_SetCharacterDataHandler(parser_.get(), on_text);
    XML_SetStartDoctypeDeclHandler(parser_.get(), on_doctype);
  }

  Outcome<AutodiscoverRequest> read(std::string_view xml) {
    const auto status = XML_Parse(parser_.get(), xml.data(), static_cast<int>(xml.size()), 1);
    if (!why_.empty()) return failure(kind_, why_);
    if (status != XML_STATUS_OK)
      return failure(ErrorKind::malformed, XML_ErrorString(XML_GetErrorCode(parser_.get())));
    if (!is_request_) return failure(ErrorKind::malformed, "no <Autodiscover> with a <Request>");
    return std::move(request_);
  }

 private:
  void stop(ErrorKind kind, std::string why) {
    if (!why_.empty()) return;
    kind_ = kind;
    why_ = std::move(why);
    XML_StopParser(parser_.get(), XML_FALSE);
  }
  bool is_at(std::string_view name) const {
    return path_.size() == 3 && path_[0] == "Autodiscover" && path_[1] == "Request" && path_[2] == name;
  }
  void start(std::string_view name) {
    if (path_.size() == most_depth) return stop(ErrorKind::too_large, "elements nested too deeply");
    if (++elements_ > most_elements) return stop(ErrorKind::too_large, "too many elements");
    if (const auto colon = name.find(':'); colon != std::string_view::npos) name.remove_prefix(colon + 1);
    path_.emplace_back(name.substr(0, longest_text));
    text_.clear();
    if (path_.size() == 2 && path_[0] == "Autodiscover" && path_[1] == "Request") is_request_ = true;
  }
  void end() {
    if (is_at("EMailAddress")) request_.address = ascii::trim(text_);
    if (is_at("AcceptableResponseSchema")) request_.response_schema = ascii::trim(text_);
    text_.clear();
    path_.pop_back();
  }
  void add(std::string_view text) {
    if (text_.size() + text.size() > longest_text) return stop(ErrorKind::too_large, "a text is too long");
    text_ += text;
  }

  static Reader& of(void* self) { return *static_cast<Reader*>(self); }
  static void on_start(void* self, const char* name, const char** /*attributes*/) {
    if (of(self).why_.empty()) of(self).start(name);
  }
  static void on_end(void* self, const char* /*name*/) {
    if (of(self).why_.empty()) of(self).end();
  }
  static void on_text(void* self, const char* text, int size) {
    if (of(self).why_.empty()) of(self).add({text, static_cast<std::size_t>(size)});
  }
  // Entities, and with them the billion laughs, live in document types; Outlook sends none.
  static void on_doctype(void* self, const char* /*name*/, const char* /*system*/, const char* /*public*/,
                         int /*internal*/) {
    of(self).stop(ErrorKind::malformed, "a document type declaration");
  }

  Parser parser_;
  AutodiscoverRequest request_;
  std::vector<std::string> path_;
  std::size_t elements_ = 0;
  std::string text_;
  bool is_request_ = false;
  ErrorKind kind_{};
  std::string why_;
};

}  // namespace

Outcome<AutodiscoverRequest> read_autodiscover_request(std::string_view xml) {
  if (xml.size() > most_octets) return failure(ErrorKind::too_large, "the XML is too long");
  return Reader().read(xml);
}

}  // namespace scop::web_content
