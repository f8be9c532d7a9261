// Answers in JSON: Boost.JSON's values, printed on one line.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace scop::command {

namespace json = boost::json;

void print_json(const json::value& value);

// A string of any octets: what is no UTF-8 is escaped as \xNN, since JSON has nothing for it.
json::string json_text(std::string_view text);

template <class Range>
json::array json_texts(const Range& texts) {
  json::array array;
  for (const auto& text : texts) array.push_back(json_text(text));
  return array;
}

}  // namespace scop::command
