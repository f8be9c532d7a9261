// Our SPF for the suite and the differential tests: one case a line on standard input, one verdict a line
// back.
//   {"ip": …, "helo": …, "mailfrom": …, "zone": {name: {type: [RDATA in hex] or "TIMEOUT", "*": "TIMEOUT"}}}
//   {"result": …, "explanation": …, "reason": …, "lookups": …, "void_lookups": …, "asked": …}
//   scop-test-spf-ours cost      how many evaluations a second of CPU runs, of the first case, answers at
//   hand
#include <boost/json/src.hpp>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <string>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "dns/rdata.hpp"
#include "spf/evaluation.hpp"
#include "spf/name.hpp"

namespace {

namespace json = boost::json;
using namespace scop;

using Zone = std::map<dns::Question, dns::Answer>;
constexpr int longest_chain = 10;  // of CNAMEs

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

dns::Answer answer_of(const json::value& value) {
  dns::Answer answer;
  if (!value.is_array()) return answer;
  answer.rcode = dns::Rcode::no_error;
  for (const auto& rdata : value.as_array()) answer.records.push_back(from_hex(text_of(rdata)).value());
  return answer;
}

struct Names {
  Zone records;
  std::map<std::string, bool> names;  // whether a type not named times out
};

Names names_of(const json::object& zone) {
  Names names;
  for (const auto& [key, types] : zone) {
    const auto name = spf::question_name(key);
    if (!name) continue;
    auto& times_out = names.names[*name];
    for (const auto& [type, value] : types.as_object()) {
      if (type == "*") {
        times_out = true;
      } else {
        names.records[{*name, dns::type_from_text(type).value()}] = answer_of(value);
      }
    }
  }
  return names;
}

dns::Answer look_up(const Names& names, dns::Question question) {
  for (int i = 0; i < longest_chain; ++i) {
    const auto found = names.records.find(question);
    if (found != names.records.end()) return found->second;
    const auto alias = names.records.find({question.name, dns::Type::cname});
    if (alias == names.records.end()) break;
    question.name = ascii::to_lower(dns::read_name(alias->second.records.at(0)).value());
  }
  const auto name = names.names.find(question.name);
  if (name == names.names.end()) return {.rcode = dns::Rcode::nx_domain};
  return {.rcode = name->second ? dns::Rcode::serv_fail : dns::Rcode::no_error};
}

spf::Input input_of(const json::object& test) {
  spf::Input input;
  input.client = dns::Address::from_text(text_of(test.at("ip"))).value();
  input.helo = text_of(test.at("helo"));
  input.mail_from = text_of(test.at("mailfrom"));
  input.receiver = "receiver.example";
  return input;
}

json::object judge(const json::object& test, const Names& names) {
  spf::Evaluation evaluation(input_of(test));
  std::size_t asked = 0;
  while (!evaluation.done()) {
    for (const auto& question : evaluation.wanted()) {
      ++asked;
      evaluation.answer(question, look_up(names, question));
    }
  }
  const auto& verdict = evaluation.result();
  return {{"result", spf::name_of(verdict.result)},
          {"explanation", verdict.explanation},
          {"reason", ascii::printable(verdict.reason, 1000)},
          {"lookups", verdict.lookups},
          {"void_lookups", verdict.void_lookups},
          {"asked", asked}};
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void cost(const json::object& test, const Names& names) {
  const auto began = cpu_seconds();
  double calls = 0;
  double used = 0;
  for (; used < 1; ++calls, used = cpu_seconds() - began) judge(test, names);
  std::printf("%.1f microseconds of CPU per evaluation\n", used / calls * 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  const bool measuring = argc > 1 && std::string(*std::next(argv)) == "cost";
  for (std::string line; std::getline(std::cin, line);) {
    const auto test = json::parse(line).as_object();
    const auto names = names_of(test.at("zone").as_object());
    if (measuring) {
      cost(test, names);
      return 0;
    }
    std::cout << json::serialize(judge(test, names)) << std::endl;
  }
  return 0;
}
