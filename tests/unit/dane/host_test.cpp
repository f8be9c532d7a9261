#include "dane/host.hpp"

#include <gtest/gtest.h>

#include "core/base64.hpp"
#include "dane/tlsa.hpp"

namespace scop::dane {
namespace {

using dns::Rcode;
using dns::Type;
using dns::Validation;
using enum dns::Validation;
using Kind = Verdict::Kind;

const dns::Tlsa good{3, 1, 1, std::string(32, 'x')};

dns::Answer found(Validation validation, std::vector<std::string> records, std::string canonical = {}) {
  dns::Answer answer;
  answer.rcode = Rcode::no_error;
  answer.validation = validation;
  answer.records = std::move(records);
  answer.canonical_name = std::move(canonical);
  return answer;
}
dns::Answer address(Validation validation, std::string canonical = "mx.test") {
  return found(validation, {std::string("\xc0\x00\x02\x01", 4)}, std::move(canonical));
}
dns::Answer tlsa(Validation validation, const dns::Tlsa& record = good) {
  return found(validation, {dns::to_rdata(record)});
}
dns::Answer stale(dns::Answer answer) {
  answer.stale = true;
  return answer;
}
dns::Answer missing(Validation validation) {
  dns::Answer answer;
  answer.rcode = Rcode::nx_domain;
  answer.validation = validation;
  return answer;
}
dns::Answer failed() { return {}; }
dns::Answer forged() {
  auto answer = found(bogus, {});
  answer.rcode = Rcode::serv_fail;
  return answer;
}

const dns::Question a{"mx.test", Type::a};
const dns::Question aaaa{"mx.test", Type::aaaa};
const dns::Question cname{"mx.test", Type::cname};
const dns::Question own{"_25._tcp.mx.test", Type::tlsa};
const dns::Question behind{"_25._tcp.far.test", Type::tlsa};

using Zone = std::map<dns::Question, dns::Answer>;

struct Outcome {
  Verdict verdict;
  std::vector<dns::Question> asked;
};

// Answers what is wanted until the decision is done; what the zone does not hold fails the test.
Outcome settle(const Zone& zone, Host::Wish wish = {.v6 = false}) {
  Host host("mx.test", wish);
  Outcome out;
  while (!host.done()) {
    const auto wanted = host.wanted();
    EXPECT_FALSE(wanted.empty());
    if (wanted.empty()) break;
    for (const auto& question : wanted) {
      out.asked.push_back(question);
      const auto answer = zone.find(question);
      host.answer(question, answer == zone.end() ? missing(insecure) : answer->second);
    }
  }
  out.verdict = host.verdict();
  return out;
}

struct Row {
  std::string name;
  Zone zone;
  Kind kind;
  std::string base = "mx.test";
};

// RFC 7672 2.1.1, 2.2, 2.2.2 and 2.2.3, row by row.
const std::vector<Row> table{
    {"secure records are used", {{a, address(secure)}, {own, tlsa(secure)}}, Kind::records},
    {"secure absence is no DANE", {{a, address(secure)}, {own, missing(secure)}}, Kind::none},
    {"an empty secure answer is no DANE", {{a, address(secure)}, {own, found(secure, {})}}, Kind::none},
    {"insecure records are none", {{a, address(secure)}, {own, tlsa(insecure)}}, Kind::none},
    {"indeterminate records are none", {{a, address(secure)}, {own, tlsa(indeterminate)}}, Kind::none},
    {"bogus records close the host", {{a, address(secure)}, {own, forged()}}, Kind::unknown},
    {"failing records close the host", {{a, address(secure)}, {own, failed()}}, Kind::unknown},
    {"records past their TTL prove nothing",
     {{a, address(secure)}, {own, stale(tlsa(secure))}},
     Kind::unknown},
    {"an absence past its TTL proves nothing",
     {{a, address(secure)}, {own, stale(missing(secure))}},
     Kind::unknown},
    {"insecure addresses have no records, whatever is there",
     {{a, address(insecure)}, {own, tlsa(secure)}},
     Kind::none},
    {"insecure addresses do not wait for a broken server of records",
     {{a, address(insecure)}, {own, failed()}},
     Kind::none},
    {"failing addresses are no DANE", {{a, failed()}, {own, tlsa(secure)}}, Kind::none},
    {"a secure alias is looked up where it leads",
     {{a, address(secure, "far.test")}, {behind, tlsa(secure)}, {own, tlsa(secure)}},
     Kind::records,
     "far.test"},
    {"a secure alias without records there has its own",
     {{a, address(secure, "far.test")}, {behind, missing(secure)}, {own, tlsa(secure)}},
     Kind::records},
    {"a secure alias with insecure records there has its own",
     {{a, address(secure, "far.test")}, {behind, tlsa(insecure)}, {own, tlsa(secure)}},
     Kind::records},
    {"a secure alias without any records is no DANE",
     {{a, address(secure, "far.test")}, {behind, missing(secure)}, {own, missing(secure)}},
     Kind::none},
    {"a secure alias whose target fails closes the host",
     {{a, address(secure, "far.test")}, {behind, forged()}, {own, tlsa(secure)}},
     Kind::unknown},
    {"a secure alias to an insecure name has its own records",
     {{a, address(insecure, "far.test")},
      {cname, found(secure, {"\3far\4test"})},
      {own, tlsa(secure)},
      {behind, tlsa(secure)}},
     Kind::records},
    {"an insecure alias has none",
     {{a, address(insecure, "far.test")}, {cname, found(insecure, {"\3far\4test"})}, {own, tlsa(secure)}},
     Kind::none},
    {"an alias that fails closes the host",
     {{a, address(insecure, "far.test")}, {cname, forged()}, {own, tlsa(secure)}},
     Kind::unknown},
    {"usages 0 and 1 are unusable",
     {{a, address(secure)},
      {own, found(secure, {dns::to_rdata(dns::Tlsa{0, 1, 1, good.data}),
                           dns::to_rdata(dns::Tlsa{1, 1, 1, good.data})})}},
     Kind::unusable},
    {"an unknown usage is unusable",
     {{a, address(secure)}, {own, tlsa(secure, {4, 1, 1, good.data})}},
     Kind::unusable},
    {"an unknown selector is unusable",
     {{a, address(secure)}, {own, tlsa(secure, {3, 2, 1, good.data})}},
     Kind::unusable},
    {"an unknown matching type is unusable",
     {{a, address(secure)}, {own, tlsa(secure, {3, 1, 3, good.data})}},
     Kind::unusable},
    {"a digest of the wrong length is unusable",
     {{a, address(secure)}, {own, tlsa(secure, {3, 1, 2, good.data})}},
     Kind::unusable},
    {"what is no certificate is unusable",
     {{a, address(secure)}, {own, tlsa(secure, {2, 0, 0, "x"})}},
     Kind::unusable},
    {"what is no TLSA record is unusable",
     {{a, address(secure)}, {own, found(secure, {"x"})}},
     Kind::unusable},
    {"one usable record among others is enough",
     {{a, address(secure)},
      {own, found(secure, {"x", dns::to_rdata(dns::Tlsa{1, 1, 1, good.data}), dns::to_rdata(good)})}},
     Kind::records},
};

TEST(DaneHost, DecidesAsTheTableSays) {
  for (const auto& row : table) {
    const auto out = settle(row.zone);
    EXPECT_EQ(out.verdict.kind, row.kind) << row.name;
    if (row.kind == Kind::records) {
      EXPECT_EQ(out.verdict.base, row.base) << row.name;
      EXPECT_EQ(out.verdict.records, std::vector{good}) << row.name;
    }
  }
}

TEST(DaneHost, IsAskedForRecordsBesideItsAddresses) {
  Host host("mx.test", {});
  EXPECT_EQ(host.wanted(), (std::vector{a, aaaa, own}));
}

TEST(DaneHost, WithoutAWishForRecordsHasItsAddressesAlone) {
  const auto out = settle({{a, address(secure)}, {own, tlsa(secure)}}, {.v6 = false, .tlsa = false});
  EXPECT_EQ(out.asked, std::vector{a});
  EXPECT_EQ(out.verdict.kind, Kind::none);
}

TEST(DaneHost, IsSecureWhereOneFamilyIs) {
  const auto none = missing(insecure);
  EXPECT_EQ(settle({{a, none}, {aaaa, address(secure)}, {own, tlsa(secure)}}, {}).verdict.kind,
            Kind::records);
  EXPECT_EQ(settle({{a, address(secure)}, {aaaa, none}, {own, tlsa(secure)}}, {}).verdict.kind,
            Kind::records);
  EXPECT_EQ(settle({{a, address(secure)}, {aaaa, forged()}, {own, tlsa(secure)}}, {}).verdict.kind,
            Kind::records);
}

TEST(DaneHost, ThatDoesNotAnswerInTimeIsUnknown) {
  Host host("mx.test", {.v6 = false});
  host.answer(a, address(secure));
  EXPECT_FALSE(host.done());
  EXPECT_EQ(host.verdict().kind, Kind::unknown);
  EXPECT_EQ(host.verdict().failed, own);
  EXPECT_EQ(host.a().records.size(), 1U);
}

TEST(DaneHost, WithANameTooLongForRecordsHasNone) {
  std::string name;
  for (int i = 0; i < 62; ++i) name += "abc.";
  name += "test";
  Host host(name, {.v6 = false});
  EXPECT_EQ(host.wanted(), (std::vector{dns::Question{name, Type::a}}));
  host.answer({name, Type::a}, address(secure, name));
  EXPECT_TRUE(host.done());
  EXPECT_EQ(host.verdict().kind, Kind::none);
}

TEST(DaneHost, KeepsABoundedNumberOfRecords) {
  std::vector<std::string> records;
  for (int i = 0; i < 500; ++i) {
    auto record = good;
    record.data[0] = static_cast<char>(i);
    record.data[1] = static_cast<char>(i >> 8);
    records.push_back(dns::to_rdata(record));
  }
  EXPECT_EQ(settle({{a, address(secure)}, {own, found(secure, records)}}).verdict.records.size(),
            most_records);
}

}  // namespace
}  // namespace scop::dane
