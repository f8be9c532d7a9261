// Valimail's ARC suite: 76 chains to validate, 7 sets to seal.
#include <gtest/gtest.h>

#include <boost/json/src.hpp>

#include "arc/sealer.hpp"
#include "arc/sets.hpp"
#include "core/ascii.hpp"
#include "suite.hpp"

namespace scop::arc {
namespace {

// The suite leaves the status of a chain open whose seals say cv=fail; RFC 8617 5.2 (steps 2 and 3.C) says
// fail.
std::string expected_status(const json::object& test) {
  const auto* status = test.if_contains("cv");
  const auto text = status != nullptr && status->is_string() ? ascii::to_lower(text_of(*status)) : "";
  return text.empty() ? "fail" : text;
}

TEST(Suite, validates_as_expected) {
  if (!exists(suite("validation.yml"))) GTEST_SKIP() << suite("validation.yml");
  const auto all = documents(suite("validation.yml"));
  ASSERT_TRUE(all.is_array());
  int count = 0;
  for (const auto& document : all.as_array()) {
    const auto records = records_of(document.as_object());
    for (const auto& [name, test] : document.at("tests").as_object()) {
      const auto message = with_crlf(text_of(test.at("message")));
      for (const std::size_t step : {std::size_t{4'096}, std::size_t{1}}) {
        const auto verdict = validate(message, records, step);
        EXPECT_EQ(name_of(verdict.status), expected_status(test.as_object()))
            << std::string(name) << ": " << test.at("description") << ": " << verdict.reason;
      }
      ++count;
    }
  }
  EXPECT_EQ(count, 76);
}

std::string canonical(std::string_view name, std::string_view value) {
  return dkim::canonical_field(std::string(name) + ":" + std::string(ascii::trim(value)),
                               dkim::Canonical::relaxed);
}

// White space within b= is no difference.
std::string packed(std::string_view name, std::string_view value) {
  auto text = canonical(name, value);
  std::erase(text, ' ');
  return text;
}

std::string payload_of(const message::HeaderView& header) {
  const auto* field = message::find(header, "Authentication-Results");
  const auto text = message::unfold(field->value);
  return std::string(ascii::trim(std::string_view(text).substr(text.find(';') + 1)));
}

void seals_as_expected(std::string_view name, const json::object& document, const json::object& test) {
  const auto message = with_crlf(text_of(test.at("message")));
  const auto header = message::parse_header(message).value();
  auto key = dkim::DkimKey::from_pem(text_of(document.at("privatekey")));
  ASSERT_TRUE(key);
  const auto domain = text_of(document.at("domain"));
  const auto selector = text_of(document.at("sel"));
  Sealer sealer;
  sealer.body(std::string_view(message).substr(header.body));
  std::vector<std::string> names;
  const auto list = text_of(test.at("sig-headers"));
  for (const auto one : ascii::split(list, ':')) names.emplace_back(one);
  const Evidence evidence{text_of(test.at("srv-id")), payload_of(header),
                          validate(message, records_of(document)).status};
  const auto set = sealer.seal(header, evidence, names, {domain, selector, *key},
                               dkim::Seconds(std::chrono::seconds(test.at("t").as_int64())));
  ASSERT_TRUE(set) << name << ' ' << set.error().what;
  EXPECT_EQ(canonical(results_name, set->results), canonical(results_name, text_of(test.at("AAR")))) << name;
  EXPECT_EQ(packed(signature_name, set->signature), packed(signature_name, text_of(test.at("AMS")))) << name;
  // The suite's seals cover an ARC-Message-Signature whose b= is one word; ours is folded, and RFC 6376 3.4.2
  // keeps that white space in the hash. So the seal is made again over the field as the suite has it.
  auto unfolded = *set;
  unfolded.signature = canonical("", text_of(test.at("AMS"))).substr(1);
  unfolded.signature.resize(unfolded.signature.size() - 2);
  const auto begin = unfolded.signature.find("b=");
  auto signature = unfolded.signature.substr(begin, unfolded.signature.find(';', begin) - begin);
  const auto length = signature.size();
  std::erase(signature, ' ');
  unfolded.signature.replace(begin, length, signature);
  const auto earlier = collect_sets(header).value_or(std::vector<SetView>{});
  const auto status = parse_seal(set->seal)->status;
  const auto seal = sign_seal(earlier, unfolded, status, {domain, selector, *key},
                              dkim::Seconds(std::chrono::seconds(test.at("t").as_int64())));
  EXPECT_EQ(packed(seal_name, seal.value()), packed(seal_name, text_of(test.at("AS")))) << name;
}

TEST(Suite, seals_as_expected) {
  if (!exists(suite("signing.yml"))) GTEST_SKIP() << suite("signing.yml");
  const auto all = documents(suite("signing.yml"));
  ASSERT_TRUE(all.is_array());
  int count = 0;
  for (const auto& document : all.as_array()) {
    for (const auto& [name, test] : document.at("tests").as_object()) {
      seals_as_expected(name, document.as_object(), test.as_object());
      ++count;
    }
  }
  EXPECT_EQ(count, 7);
}

}  // namespace
}  // namespace scop::arc
