// The ARC suite as JSON, and what its tests need: messages with CRLF, key records, whole validations.
#pragma once

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "arc/validator.hpp"

namespace scop::arc {

namespace json = boost::json;
using Records = std::map<std::string, std::string, std::less<>>;

inline std::filesystem::path suite(std::string_view file) {
  const char* suites = std::getenv("SCOP_SUITES");
  return std::filesystem::path(suites != nullptr && *suites != '\0' ? suites : "/work/shared/suites") /
         "arc" / file;
}

// All documents of a YAML file, by Python's reader: null where it is not to be had.
inline json::value documents(const std::filesystem::path& file) {
  const auto command =
      "/usr/bin/python3 -c 'import json,sys,yaml; "
      "print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1]))),default=str))' '" +
      file.string() + "'";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::string text;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) text += static_cast<char>(c);
  boost::system::error_code error;
  auto value = json::parse(text, error);
  return error ? json::value() : value;
}

inline std::string text_of(const json::value& value) { return std::string(value.as_string()); }

inline std::string with_crlf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

inline Records records_of(const json::object& document) {
  Records records;
  const auto* texts = document.if_contains("txt-records");
  if (texts == nullptr || !texts->is_object()) return records;
  for (const auto& [name, value] : texts->as_object()) records[std::string(name)] = text_of(value);
  return records;
}

inline ChainVerdict validate(std::string_view message, const Records& records, std::size_t step = 4096,
                             dkim::Seconds now = dkim::Seconds(std::chrono::seconds(1'500'000'000))) {
  const auto header = message::parse_header(message).value();
  Validator validator(now);
  for (const auto& name : validator.header(header)) {
    const auto found = records.find(name);
    if (found == records.end()) {
      validator.key(name, {});
    } else {
      validator.key(name, {dkim::KeyAnswer::Kind::found, {found->second}});
    }
  }
  for (auto body = message.substr(header.body); !body.empty();
       body.remove_prefix(std::min(step, body.size()))) {
    validator.body(body.substr(0, step));
  }
  return validator.finish();
}

}  // namespace scop::arc
