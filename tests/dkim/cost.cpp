// What signing costs, in CPU time of this process: scop-test-dkim-cost [OCTETS]. Beside it:
// scop-test-dkim-theirs cost.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "dkim/signer.hpp"

namespace {

using namespace scop;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Calls until a second of CPU is used; returns calls per second.
template <class Call>
double rate(Call call) {
  const auto began = cpu_seconds();
  double calls = 0;
  double used = 0;
  while (used < 1) {
    call();
    ++calls;
    used = cpu_seconds() - began;
  }
  return calls / used;
}

std::string body_of(std::size_t size) {
  std::string body;
  while (body.size() < size)
    body += "A line of text  with spaces, as people write them in mail, of 72 octets.\r\n";
  return body;
}

constexpr std::string_view head =
    "Received: from a by b\r\nFrom: Ann <ann@example.test>\r\nTo: Bob <bob@example.net>\r\nSubject: a "
    "subject of some length\r\n"
    "Date: Sat, 21 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@example.test>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n";

double signing_rate(const std::string& body, std::vector<dkim::SigningKeyView> keys) {
  const dkim::SigningPolicy policy;
  const auto header = message::parse_header(head).value();
  return rate([&] {
    dkim::Signer signer(policy);
    for (std::size_t at = 0; at < body.size(); at += 16'384)
      signer.body(std::string_view(body).substr(at, 16'384));
    static_cast<void>(signer.sign(header.fields, keys, dkim::Seconds{}));
  });
}

double hashing_rate(const std::string& body, dkim::Canonical form) {
  return static_cast<double>(body.size()) / 1e6 * rate([&] {
           dkim::BodyHash hash(form, dkim::Hash::sha256);
           for (std::size_t at = 0; at < body.size(); at += 16'384)
             hash.feed(std::string_view(body).substr(at, 16'384));
           hash.finish();
         });
}

}  // namespace

int main(int argc, char** argv) {
  const auto body = body_of(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10'000);
  auto rsa = dkim::DkimKey::generate(dkim::KeyType::rsa).value();
  auto ed25519 = dkim::DkimKey::generate(dkim::KeyType::ed25519).value();
  const dkim::SigningKeyView by_rsa{"example.test", "r", rsa};
  const dkim::SigningKeyView by_ed25519{"example.test", "e", ed25519};
  std::printf("ours, %zu octets, per second of CPU\n", body.size());
  std::printf("  rsa-sha256                  %8.0f messages\n", signing_rate(body, {by_rsa}));
  std::printf("  ed25519-sha256              %8.0f messages\n", signing_rate(body, {by_ed25519}));
  std::printf("  both                        %8.0f messages\n", signing_rate(body, {by_rsa, by_ed25519}));
  const auto large = body_of(4'000'000);
  std::printf("  relaxed body and SHA-256    %8.0f MB\n", hashing_rate(large, dkim::Canonical::relaxed));
  std::printf("  simple body and SHA-256     %8.0f MB\n", hashing_rate(large, dkim::Canonical::simple));
  dkim::Digest digest(dkim::Hash::sha256);
  std::printf("  SHA-256 alone               %8.0f MB\n",
              static_cast<double>(large.size()) / 1e6 * rate([&] { digest.update(large); }));
  return 0;
}
