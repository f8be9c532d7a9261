#include "dmarc_report/parse.hpp"

#include <expat.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <type_traits>

#include "core/ascii.hpp"

namespace scop::dmarc_report {

namespace {

constexpr std::size_t piece = 1U << 20U;  // expat counts in int

struct Freed {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, Freed>;

using Set = void (*)(Report&, std::string);
struct Field {
  std::string_view path;
  Set set;
};

std::uint64_t number(const std::string& text) { return ascii::parse_unsigned(text).value_or(0); }
std::int64_t seconds(const std::string& text) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(number(text), 253'402'300'799));  // the year 9999
}

// The elements inside <record> belong to the last row.
constexpr std::array fields{
    Field{"feedback/version", [](Report& r, std::string t) { r.version = std::move(t); }},
    Field{"feedback/report_metadata/org_name", [](Report& r, std::string t) { r.org_name = std::move(t); }},
    Field{"feedback/report_metadata/email", [](Report& r, std::string t) { r.email = std::move(t); }},
    Field{"feedback/report_metadata/extra_contact_info",
          [](Report& r, std::string t) { r.extra_contact_info = std::move(t); }},
    Field{"feedback/report_metadata/report_id", [](Report& r, std::string t) { r.report_id = std::move(t); }},
    Field{"feedback/report_metadata/error",
          [](Report& r, std::string t) {
            if (r.errors.size() < most_per_row) r.errors.push_back(std::move(t));
          }},
    Field{"feedback/report_metadata/date_range/begin",
          [](Report& r, std::string t) { r.begin = seconds(t); }},
    Field{"feedback/report_metadata/date_range/end", [](Report& r, std::string t) { r.end = seconds(t); }},
    Field{"feedback/policy_published/domain",
          [](Report& r, std::string t) { r.published.domain = std::move(t); }},
    Field{"feedback/policy_published/adkim",
          [](Report& r, std::string t) { r.published.adkim = std::move(t); }},
    Field{"feedback/policy_published/aspf",
          [](Report& r, std::string t) { r.published.aspf = std::move(t); }},
    Field{"feedback/policy_published/p", [](Report& r, std::string t) { r.published.p = std::move(t); }},
    Field{"feedback/policy_published/sp", [](Report& r, std::string t) { r.published.sp = std::move(t); }},
    Field{"feedback/policy_published/np", [](Report& r, std::string t) { r.published.np = std::move(t); }},
    Field{"feedback/policy_published/pct", [](Report& r, std::string t) { r.published.pct = std::move(t); }},
    Field{"feedback/policy_published/fo", [](Report& r, std::string t) { r.published.fo = std::move(t); }},
    Field{"feedback/policy_published/testing",
          [](Report& r, std::string t) { r.published.testing = std::move(t); }},
    Field{"feedback/record/row/source_ip",
          [](Report& r, std::string t) { r.rows.back().source_ip = std::move(t); }},
    Field{"feedback/record/row/count", [](Report& r, std::string t) { r.rows.back().count = number(t); }},
    Field{"feedback/record/row/policy_evaluated/disposition",
          [](Report& r, std::string t) { r.rows.back().disposition = std::move(t); }},
    Field{"feedback/record/row/policy_evaluated/dkim",
          [](Report& r, std::string t) { r.rows.back().dkim = std::move(t); }},
    Field{"feedback/record/row/policy_evaluated/spf",
          [](Report& r, std::string t) { r.rows.back().spf = std::move(t); }},
    Field{"feedback/record/row/policy_evaluated/reason/type",
          [](Report& r, std::string t) { r.rows.back().reasons.back().type = std::move(t); }},
    Field{"feedback/record/row/policy_evaluated/reason/comment",
          [](Report& r, std::string t) { r.rows.back().reasons.back().comment = std::move(t); }},
    Field{"feedback/record/identifiers/envelope_to",
          [](Report& r, std::string t) { r.rows.back().envelope_to = std::move(t); }},
    Field{"feedback/record/identifiers/envelope_from",
          [](Report& r, std::string t) { r.rows.back().envelope_from = std::move(t); }},
    Field{"feedback/record/identifiers/header_from",
          [](Report& r, std::string t) { r.rows.back().header_from = std::move(t); }},
    Field{"feedback/record/auth_results/dkim/domain",
          [](Report& r, std::string t) { r.rows.back().dkim_results.back().domain = std::move(t); }},
    Field{"feedback/record/auth_results/dkim/selector",
          [](Report& r, std::string t) { r.rows.back().dkim_results.back().selector = std::move(t); }},
    Field{"feedback/record/auth_results/dkim/result",
          [](Report& r, std::string t) { r.rows.back().dkim_results.back().result = std::move(t); }},
    Field{"feedback/record/auth_results/dkim/human_result",
          [](Report& r, std::string t) { r.rows.back().dkim_results.back().human_result = std::move(t); }},
    Field{"feedback/record/auth_results/spf/domain",
          [](Report& r, std::string t) { r.rows.back().spf_results.back().domain = std::move(t); }},
    Field{"feedback/record/auth_results/spf/scope",
          [](Report& r, std::string t) { r.rows.back().spf_results.back().scope = std::move(t); }},
    Field{"feedback/record/auth_results/spf/result",
          [](Report& r, std::string t) { r.rows.back().spf_results.back().result = std::move(t); }},
    Field{"feedback/record/auth_results/spf/human_result",
          [](Report& r, std::string t) { r.rows.back().spf_results.back().human_result = std::move(t); }},
};

// Never more than most_per_row: the last place is written again.
template <class T>
void add(std::vector<T>& list) {
  if (list.size() < most_per_row) {
    list.emplace_back();
  } else {
    list.back() = T();
  }
}

class Reader {
 public:
  Reader() : parser_(XML_ParserCreate(nullptr)) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), on_start, on_end);
    XML_SetCharacterDataHandler(parser_.get(), on_text);
    XML_SetStartDoctypeDeclHandler(parser_.get(), on_doctype);
  }

  Outcome<Report> read(std::string_view xml) {
    for (bool last = false; !last;) {
      const auto part = xml.substr(0, piece);
      xml.remove_prefix(part.size());
      last = xml.empty();
      if (XML_Parse(parser_.get(), part.data(), static_cast<int>(part.size()), last ? 1 : 0) != XML_STATUS_OK)
        return refused();
    }
    if (!seen_feedback_) return failure(ErrorKind::malformed, "no <feedback> in the XML");
    return std::move(report_);
  }

 private:
  std::unexpected<Error> refused() {
    const auto line = XML_GetCurrentLineNumber(parser_.get());
    const auto* why = XML_ErrorString(XML_GetErrorCode(parser_.get()));
    return failure(why_.empty() ? ErrorKind::malformed : kind_,
                   fmt::format("line {} of the XML: {}", line, why_.empty() ? std::string(why) : why_));
  }
  void stop(ErrorKind kind, std::string why) {
    if (!why_.empty()) return;
    kind_ = kind;
    why_ = std::move(why);
    XML_StopParser(parser_.get(), XML_FALSE);
  }
  void start(std::string_view name) {
    if (ends_.size() == most_depth) return stop(ErrorKind::too_large, "elements nested too deeply");
    if (const auto colon = name.find(':'); colon != std::string_view::npos) name.remove_prefix(colon + 1);
    ends_.push_back(path_.size());
    if (!path_.empty()) path_ += '/';
    path_ += name.substr(0, longest_text);
    text_.clear();
    begin_list_item();
  }
  void begin_list_item() {
    if (path_ == "feedback") seen_feedback_ = true;
    if (path_ == "feedback/record") {
      if (report_.rows.size() == most_rows) return stop(ErrorKind::too_large, "too many records");
      report_.rows.emplace_back();
    }
    if (path_ == "feedback/record/row/policy_evaluated/reason") add(report_.rows.back().reasons);
    if (path_ == "feedback/record/auth_results/dkim") add(report_.rows.back().dkim_results);
    if (path_ == "feedback/record/auth_results/spf") add(report_.rows.back().spf_results);
  }
  void end() {
    const auto found = std::ranges::find(fields, std::string_view(path_), &Field::path);
    if (found != fields.end()) found->set(report_, std::string(ascii::trim(text_)));
    text_.clear();
    path_.resize(ends_.back());
    ends_.pop_back();
  }

  static Reader& of(void* self) { return *static_cast<Reader*>(self); }
  static void on_start(void* self, const char* name, const char** /*attributes*/) {
    if (of(self).why_.empty()) of(self).start(name);
  }
  static void on_end(void* self, const char* /*name*/) {
    if (of(self).why_.empty()) of(self).end();
  }
  static void on_text(void* self, const char* text, int size) {
    auto& into = of(self).text_;
    const std::string_view octets(text, static_cast<std::size_t>(size));
    into += octets.substr(0, longest_text - std::min(into.size(), longest_text));
  }
  // Entities, and with them the billion laughs, live in document types; reports have none.
  static void on_doctype(void* self, const char* /*name*/, const char* /*system*/, const char* /*public*/,
                         int /*internal*/) {
    of(self).stop(ErrorKind::malformed, "a document type declaration");
  }

  Parser parser_;
  Report report_{.version = ""};
  std::string path_;
  std::vector<std::size_t> ends_;  // of the path before each open element
  std::string text_;
  bool seen_feedback_ = false;
  ErrorKind kind_{};
  std::string why_;
};

}  // namespace

Outcome<Report> parse_xml(std::string_view xml) { return Reader().read(xml); }

}  // namespace scop::dmarc_report
