// A message with a chain of our own making, of any length.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "arc/sealer.hpp"
#include "suite.hpp"

namespace scop::arc {

inline constexpr dkim::Seconds sealed_at{std::chrono::seconds(1'500'000'000)};

struct Chain {
  explicit Chain(dkim::KeyType type = dkim::KeyType::ed25519)
      : key(dkim::DkimKey::generate(type, 1024).value()),
        records{{"s._domainkey.list.example", key.record()}} {}

  Outcome<NewSet> try_seal(ChainStatus status) {
    const auto header = message::parse_header(message).value();
    Sealer sealer;
    sealer.body(std::string_view(message).substr(header.body));
    return sealer.seal(header, {"mx.list.example", "spf=pass smtp.mailfrom=a@b.example; dmarc=pass", status},
                       names_to_seal(header), {"list.example", "s", key}, sealed_at);
  }
  void put(const NewSet& set) {
    message = "ARC-Seal:" + set.seal + "\r\nARC-Message-Signature:" + set.signature +
              "\r\nARC-Authentication-Results:" + set.results + "\r\n" + message;
  }
  void seal(ChainStatus status) {
    const auto set = try_seal(status);
    ASSERT_TRUE(set) << set.error().what;
    put(*set);
  }
  void seal_times(unsigned times) {
    for (unsigned i = 0; i < times; ++i) seal(i == 0 ? ChainStatus::none : ChainStatus::pass);
  }

  dkim::DkimKey key;
  Records records;
  std::string message = "From: a@b.example\r\nTo: c@d.example\r\nSubject: chain\r\n\r\nHello.\r\n";
};

}  // namespace scop::arc
