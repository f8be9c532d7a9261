// The [spamfilter] section: thresholds, attachment policy, learning, reputation, and the check that other
// mail servers may ask by HTTP.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "config/document.hpp"

namespace scop::settings {

// Scores are 0 (ham) to 1 (spam); from this one on …
struct SpamThresholds {
  static constexpr double never = std::numeric_limits<double>::infinity();
  double ham = 0.2;       // at most: ham; between: unsure
  double label = 0.8;     // X-Spam-Flag: YES
  double junk = 0.9;      // into Junk
  double refuse = never;  // 550 5.7.1 in the dialogue
  bool operator==(const SpamThresholds&) const = default;
};

struct SpamDomain {
  std::string domain;  // lower case
  SpamThresholds thresholds;
  bool operator==(const SpamDomain&) const = default;
};

// label: a token for the classifier and a word in X-Spam-Status, nothing else.
enum class AttachmentAction { allow, label, junk, refuse };
std::string_view name_of(AttachmentAction action);

struct AttachmentPolicy {
  AttachmentAction dangerous_type = AttachmentAction::label;
  AttachmentAction double_extension = AttachmentAction::junk;  // also a name that hides what the content is
  AttachmentAction archived_executable = AttachmentAction::label;
  AttachmentAction macro = AttachmentAction::label;
  AttachmentAction encrypted_archive = AttachmentAction::label;
  AttachmentAction bomb = AttachmentAction::junk;
  AttachmentAction virus = AttachmentAction::refuse;  // what clamd found
  bool operator==(const AttachmentPolicy&) const = default;
};

// Whose tables a user's training reaches, beside the user's own.
enum class Teaches { own, domain, shared };

struct Spamfilter {
  SpamThresholds thresholds;
  std::vector<SpamDomain> domains;  // [[spamfilter.domain]]
  AttachmentPolicy attachments;

  std::string clamd;  // "/run/clamav/clamd.ctl" or "127.0.0.1:3310"; empty: none
  std::chrono::milliseconds clamd_timeout{10'000};  // from the message's end
  bool defer_without_clamd = false;

  std::uint64_t examined = 512U << 10U;         // octets of one message that are looked at
  std::uint64_t message_memory = 64ULL << 20U;  // of all under way; over it: less of each is looked at
  std::chrono::milliseconds judge_timeout{2'000};

  std::string subaddress_separator = "+";
  Teaches users_teach = Teaches::own;
  bool autolearn = false;
  double autolearn_ham = 0.001;
  double autolearn_spam = 0.999;
  unsigned autolearn_per_day = 200;  // of each kind
  std::uint64_t most_features = 4'000'000;
  unsigned keep_days = 400;

  std::chrono::milliseconds reputation_half_life{std::chrono::days{7}};
  double spammer_share = 0.95;
  unsigned spammer_evidence = 10;     // messages of one address
  std::vector<std::string> gateways;  // networks whose reputation is never judged

  std::vector<std::string> http_listen;                          // "127.0.0.1:11333"; default none
  std::vector<std::string> http_allow = {"127.0.0.0/8", "::1"};  // networks of clients
};

Spamfilter read_spamfilter(const config::Document& document);

// The domain's thresholds, else the common ones.
const SpamThresholds& thresholds_of(const Spamfilter& settings, std::string_view domain);

}  // namespace scop::settings
