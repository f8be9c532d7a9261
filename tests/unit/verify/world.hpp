// A DNS out of a table, and whole inquiries in it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "dkim/signer.hpp"
#include "dns/name.hpp"
#include "dns/rdata.hpp"
#include "verify/inquiry.hpp"

namespace scop::verify {

inline constexpr dkim::Seconds in_2026{std::chrono::seconds(1'795'000'000)};

struct World {
  std::map<dns::Question, dns::Answer> table;
  std::vector<dns::Question> asked;
  bool answers = true;

  void txt(const std::string& name, const std::string& text) {
    add({name, dns::Type::txt}, dns::txt_to_rdata(text));
  }
  void a(const std::string& name, std::string_view address) {
    add({name, dns::Type::a}, dns::Address::from_text(address)->octets());
  }
  void ptr(const std::string& name, const std::string& host) {
    add({name, dns::Type::ptr}, dns::name_to_wire(host).value());
  }
  void add(const dns::Question& question, std::string rdata) {
    auto& answer = table[question];
    answer.rcode = dns::Rcode::no_error;
    answer.records.push_back(std::move(rdata));
  }
  void fails(const std::string& name, dns::Type type) { table[{name, type}] = {.why = "SERVFAIL"}; }

  dns::Answer look_up(const dns::Question& question) {
    asked.push_back(question);
    if (const auto found = table.find(question); found != table.end()) return found->second;
    const bool exists =
        std::ranges::any_of(table, [&](const auto& one) { return one.first.name == question.name; });
    dns::Answer answer;
    answer.rcode = exists ? dns::Rcode::no_error : dns::Rcode::nx_domain;
    return answer;
  }

  Judgement judge(std::string_view message, Envelope envelope, Policy policy = {}, std::size_t step = 4'096) {
    if (policy.authserv_id.empty()) policy.authserv_id = "mx.ours.example";
    Inquiry inquiry(std::move(policy), std::move(envelope));
    const auto give = [&] {
      for (const auto& question : inquiry.wanted()) inquiry.answer(question, look_up(question));
    };
    for (auto rest = message; !rest.empty(); rest.remove_prefix(std::min(step, rest.size()))) {
      if (answers) give();
      inquiry.octets(rest.substr(0, step));
    }
    inquiry.end();
    while (answers && !inquiry.done()) give();
    return inquiry.finish();
  }
};

inline Envelope envelope_of(std::string_view address, std::string helo, std::string reverse_path) {
  return {dns::Address::from_text(address), std::move(helo), std::move(reverse_path), in_2026};
}

// The message with a DKIM signature on top, its key in the world.
inline std::string signed_with(World& world, std::string_view message, const std::string& domain,
                               const std::string& selector = "s") {
  auto key = dkim::DkimKey::generate(dkim::KeyType::ed25519).value();
  world.txt(dkim::key_name(selector, domain), key.record());
  const auto header = message::parse_header(message).value();
  const dkim::SigningPolicy policy;
  dkim::Signer signer(policy);
  signer.body(message.substr(header.body));
  const dkim::SigningKeyView view{domain, selector, key};
  const auto values = signer.sign(header.fields, std::span(&view, 1), in_2026).value();
  return "DKIM-Signature:" + values.front() + "\r\n" + std::string(message);
}

}  // namespace scop::verify
