#include <fmt/format.h>

#include "core/ascii.hpp"
#include "dmarc_report/report.hpp"

namespace scop::dmarc_report {

namespace {

std::string escaped(std::string_view text) {
  const bool utf8 = ascii::is_utf8(text);
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if ((ascii::is_control(c) && c != '\t') || (ascii::is_8bit(c) && !utf8)) {
      out += '?';
    } else {
      out += c;
    }
  }
  return out;
}

class Xml {
 public:
  // Where the schema lets an element be absent, an empty text leaves it out.
  Xml& optional(std::string_view name, std::string_view text) {
    return text.empty() ? *this : leaf(name, text);
  }
  Xml& leaf(std::string_view name, std::string_view text) {
    indent();
    out_ += fmt::format("<{0}>{1}</{0}>\n", name, escaped(text));
    return *this;
  }
  template <class Inner>
  Xml& element(std::string_view name, Inner inner) {
    indent();
    out_ += fmt::format("<{}>\n", name);
    ++depth_;
    inner();
    --depth_;
    indent();
    out_ += fmt::format("</{}>\n", name);
    return *this;
  }
  std::string take() { return std::move(out_); }

 private:
  void indent() { out_.append(depth_ * 2, ' '); }
  std::string out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  std::size_t depth_ = 0;
};

void write_metadata(Xml& xml, const Report& report) {
  xml.leaf("org_name", report.org_name).leaf("email", report.email);
  xml.optional("extra_contact_info", report.extra_contact_info).leaf("report_id", report.report_id);
  xml.element("date_range", [&] {
    xml.leaf("begin", fmt::format("{}", report.begin)).leaf("end", fmt::format("{}", report.end));
  });
  for (const auto& error : report.errors) xml.leaf("error", error);
}

void write_published(Xml& xml, const Published& published) {
  xml.leaf("domain", published.domain).optional("adkim", published.adkim).optional("aspf", published.aspf);
  xml.leaf("p", published.p).optional("sp", published.sp).optional("np", published.np);
  xml.optional("pct", published.pct).optional("fo", published.fo).optional("testing", published.testing);
}

void write_evaluated(Xml& xml, const Row& row) {
  xml.leaf("disposition", row.disposition).leaf("dkim", row.dkim).leaf("spf", row.spf);
  for (const auto& reason : row.reasons) {
    xml.element("reason", [&] { xml.leaf("type", reason.type).optional("comment", reason.comment); });
  }
}

void write_auth_results(Xml& xml, const Row& row) {
  for (const auto& dkim : row.dkim_results) {
    xml.element("dkim", [&] {
      xml.leaf("domain", dkim.domain).optional("selector", dkim.selector).leaf("result", dkim.result);
      xml.optional("human_result", dkim.human_result);
    });
  }
  for (const auto& spf : row.spf_results) {
    xml.element("spf", [&] {
      xml.leaf("domain", spf.domain).optional("scope", spf.scope).leaf("result", spf.result);
    });
  }
}

void write_row(Xml& xml, const Row& row) {
  xml.element("row", [&] {
    xml.leaf("source_ip", row.source_ip).leaf("count", fmt::format("{}", row.count));
    xml.element("policy_evaluated", [&] { write_evaluated(xml, row); });
  });
  xml.element("identifiers", [&] {
    xml.optional("envelope_to", row.envelope_to).leaf("envelope_from", row.envelope_from);
    xml.leaf("header_from", row.header_from);
  });
  xml.element("auth_results", [&] { write_auth_results(xml, row); });
}

}  // namespace

std::string to_xml(const Report& report) {
  Xml xml;
  xml.element("feedback", [&] {
    xml.leaf("version", report.version);
    xml.element("report_metadata", [&] { write_metadata(xml, report); });
    xml.element("policy_published", [&] { write_published(xml, report.published); });
    for (const auto& row : report.rows) xml.element("record", [&] { write_row(xml, row); });
  });
  return xml.take();
}

}  // namespace scop::dmarc_report
