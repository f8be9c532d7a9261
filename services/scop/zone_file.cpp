#include "scop/zone_file.hpp"

#include <fmt/format.h>
#include <ldns/ldns.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <memory>

#include "core/ascii.hpp"
#include "dns/name.hpp"
#include "dns/rdata.hpp"
#include "scop/json.hpp"

namespace scop::command {

namespace {

constexpr unsigned most_cnames = 10;

struct FreeRecord {
  void operator()(ldns_rr* record) const { ldns_rr_free(record); }
  void operator()(ldns_rdf* field) const { ldns_rdf_deep_free(field); }
};
using Record = std::unique_ptr<ldns_rr, FreeRecord>;
using Field = std::unique_ptr<ldns_rdf, FreeRecord>;

std::unexpected<Error> malformed(std::string what) { return failure(ErrorKind::malformed, std::move(what)); }

// ldns holds every field of a record as it stands on the wire, names uncompressed.
std::string rdata_of(const ldns_rr* record) {
  std::string out;
  for (std::size_t i = 0; i < ldns_rr_rd_count(record); ++i) {
    const auto* field = ldns_rr_rdf(record, i);
    out.append(reinterpret_cast<const char*>(ldns_rdf_data(field)), ldns_rdf_size(field));
  }
  return out;
}

std::string owner_of(const ldns_rr* record) {
  const auto* owner = ldns_rr_owner(record);
  const std::string_view wire(reinterpret_cast<const char*>(ldns_rdf_data(owner)), ldns_rdf_size(owner));
  return dns::canonical_text(dns::name_from_wire(wire).value_or("."));
}

std::string character_strings(const std::vector<std::string>& strings) {
  std::string out;
  for (std::string_view rest : strings) {
    do {
      const auto part = rest.substr(0, 255);
      out += static_cast<char>(part.size());
      out += part;
      rest.remove_prefix(part.size());
    } while (!rest.empty());
  }
  return out;
}

Outcome<std::string> rdata_from_text(dns::Type type, std::string_view text) {
  if (type == dns::Type::txt) return character_strings({std::string(text)});
  if (type == dns::Type::ptr || type == dns::Type::cname || type == dns::Type::ns) {
    return dns::name_to_wire(text.empty() ? "." : text);
  }
  if (type == dns::Type::mx) {
    const auto space = std::min(text.find(' '), text.size());
    const auto preference = ascii::parse_unsigned(text.substr(0, space));
    const auto exchange = ascii::trim(text.substr(space));
    if (!preference || *preference > 65'535) return malformed("an MX without a preference");
    return dns::to_rdata(dns::Mx{static_cast<std::uint16_t>(*preference),
                                 exchange.empty() ? std::string(".") : std::string(exchange)});
  }
  ldns_rr* parsed = nullptr;
  const auto line = fmt::format("x. 0 IN {} {}", dns::name_of(type), text);
  const auto status = ldns_rr_new_frm_str(&parsed, line.c_str(), 0, nullptr, nullptr);
  const Record record(parsed);
  if (status != LDNS_STATUS_OK) return malformed(ldns_get_errorstr_by_id(status));
  return rdata_of(record.get());
}

}  // namespace

std::string zone_name(std::string_view name) {
  const auto wire = dns::name_to_wire(name);
  const auto text = wire ? dns::name_from_wire(*wire) : std::unexpected(wire.error());
  return dns::canonical_text(text ? *text : name);
}

class JsonReader {
 public:
  explicit JsonReader(Zone& zone) : zone_(zone) {}

  Outcome<> read(std::string_view text) {
    boost::system::error_code error;
    const auto value = json::parse(text, error);
    if (error) return malformed("not JSON: " + error.message());
    if (!value.is_object()) return malformed("not a JSON object");
    for (const auto& [name, types] : value.get_object()) {
      name_ = name;
      if (auto taken = take_name(types); !taken) return taken;
    }
    return {};
  }

 private:
  Outcome<> bad(std::string_view what) const { return malformed(fmt::format("\"{}\": {}", name_, what)); }

  static bool take_failure(const json::value& value, Zone::Entry& entry) {
    if (!value.is_string() || (value.get_string() != "TIMEOUT" && value.get_string() != "SERVFAIL"))
      return false;
    entry.fails = true;
    entry.why = value.get_string() == "TIMEOUT" ? "timed out" : "SERVFAIL";
    return true;
  }

  Outcome<> take_name(const json::value& types) {
    auto& node = zone_.nodes_[zone_name(name_)];
    if (take_failure(types, node.others)) {
      node.has_others = true;
      return {};
    }
    if (!types.is_object()) return bad("neither types, \"TIMEOUT\" nor \"SERVFAIL\"");
    for (const auto& [type_name, values] : types.get_object()) {
      if (type_name == "*") {
        node.has_others = true;
        if (!take_failure(values, node.others) && !(values.is_array() && values.get_array().empty())) {
          return bad("\"*\" is \"TIMEOUT\", \"SERVFAIL\" or []");
        }
        continue;
      }
      const auto type = dns::type_from_text(type_name);
      if (!type) return bad(fmt::format("unknown type {}", std::string_view(type_name)));
      if (auto taken = take_values(*type, values, node.types[*type]); !taken) return taken;
    }
    return {};
  }

  Outcome<> take_values(dns::Type type, const json::value& values, Zone::Entry& entry) {
    if (take_failure(values, entry)) return {};
    if (!values.is_array()) return take_value(type, values, entry);
    for (const auto& value : values.get_array()) {
      if (auto taken = take_value(type, value, entry); !taken) return taken;
    }
    return {};
  }

  Outcome<> take_value(dns::Type type, const json::value& value, Zone::Entry& entry) {
    if (value.is_array() && type == dns::Type::txt) {
      std::vector<std::string> strings;
      for (const auto& part : value.get_array()) {
        if (!part.is_string()) return bad("a TXT value's parts are strings");
        strings.emplace_back(part.get_string());
      }
      entry.records.push_back(character_strings(strings));
      return {};
    }
    if (!value.is_string()) return bad(dns::name_of(type) + ": a value is a string");
    auto rdata = rdata_from_text(type, value.get_string());
    if (!rdata)
      return bad(fmt::format("{} \"{}\": {}", dns::name_of(type), std::string_view(value.get_string()),
                             rdata.error().what));
    entry.records.push_back(std::move(*rdata));
    return {};
  }

  Zone& zone_;
  std::string name_;
};

class MasterReader {
 public:
  explicit MasterReader(Zone& zone) : zone_(zone) {}

  Outcome<> read(std::string_view text) {
    std::string copy(text);
    const std::unique_ptr<FILE, int (*)(FILE*)> file(::fmemopen(copy.data(), copy.size(), "r"), ::fclose);
    if (!file) return malformed("an empty file");
    std::uint32_t ttl = 3'600;
    ldns_rdf* origin = ldns_dname_new_frm_str(".");
    ldns_rdf* previous = nullptr;
    int line = 0;
    Outcome<> outcome;
    while (outcome && std::feof(file.get()) == 0) {
      ldns_rr* parsed = nullptr;
      const auto status = ldns_rr_new_frm_fp_l(&parsed, file.get(), &ttl, &origin, &previous, &line);
      const Record record(parsed);
      if (status == LDNS_STATUS_OK) {
        add(record.get());
      } else if (status != LDNS_STATUS_SYNTAX_EMPTY && status != LDNS_STATUS_SYNTAX_TTL &&
                 status != LDNS_STATUS_SYNTAX_ORIGIN) {
        outcome = malformed(fmt::format("line {}: {}", line, ldns_get_errorstr_by_id(status)));
      }
    }
    const Field origin_owner(origin);
    const Field previous_owner(previous);
    return outcome;
  }

 private:
  void add(const ldns_rr* record) {
    const auto name = owner_of(record);
    zone_.nodes_[name].types[static_cast<dns::Type>(ldns_rr_get_type(record))].records.push_back(
        rdata_of(record));
    for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
      zone_.nodes_[name.substr(dot + 1)];
    }
  }
  Zone& zone_;
};

Outcome<Zone> Zone::parse(std::string_view text) {
  Zone zone;
  const auto trimmed = ascii::trim(text);
  const auto read = trimmed.starts_with('{') ? JsonReader(zone).read(trimmed) : MasterReader(zone).read(text);
  if (!read) return std::unexpected(read.error());
  return zone;
}

const Zone::Node* Zone::find(std::string_view name) const {
  if (const auto exact = nodes_.find(name); exact != nodes_.end()) return &exact->second;
  // RFC 4592: the wildcard of the closest name above that is there.
  for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
    const auto above = name.substr(dot + 1);
    const auto wild = nodes_.find("*." + std::string(above));
    if (wild != nodes_.end()) return &wild->second;
    if (nodes_.contains(above)) return nullptr;
  }
  return nullptr;
}

dns::Answer Zone::look_up(const dns::Question& question) const {
  dns::Answer answer;
  auto name = zone_name(question.name);
  for (unsigned i = 0; i <= most_cnames; ++i) {
    answer.canonical_name = name;
    const auto* node = find(name);
    answer.rcode = node == nullptr ? dns::Rcode::nx_domain : dns::Rcode::no_error;
    if (node == nullptr) return answer;
    const auto asked = node->types.find(question.type);
    const auto alias = node->types.find(dns::Type::cname);
    const auto* entry = asked != node->types.end() ? &asked->second : nullptr;
    const bool follow = entry == nullptr && alias != node->types.end();
    if (follow) entry = &alias->second;
    if (entry == nullptr && node->has_others) entry = &node->others;
    if (entry == nullptr) return answer;
    if (entry->fails) return {.rcode = dns::Rcode::serv_fail, .why = entry->why};
    if (!follow || entry->records.empty()) {
      answer.records = entry->records;
      return answer;
    }
    name = dns::canonical_text(dns::read_name(entry->records.front()).value_or("."));
  }
  return {.rcode = dns::Rcode::serv_fail, .why = "a CNAME chain without an end"};
}

}  // namespace scop::command
