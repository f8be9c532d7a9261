#include "arc/sealer.hpp"

#include <algorithm>

#include "arc/sets.hpp"
#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "dkim/signed_header.hpp"

namespace scop::arc {

namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::string_view fold = "\r\n ";

std::string field(std::string_view name, std::string_view value) {
  return std::string(name).append(":").append(value).append("\r\n");
}

// A line for each method, and never one of more than 78 columns where white space allows it.
std::string fold_results(std::string_view text) {
  std::string out;
  std::size_t column = results_name.size() + 1;
  for (const auto word : ascii::split(text, ' ')) {
    if (word.empty() || word.find_first_of(crlf) != std::string_view::npos) continue;
    const bool begins = out.ends_with(';') && column > 40;
    if (begins || column + 1 + word.size() > 78) {
      out += fold;
      column = 1;
    } else {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

// Behind " b=".
std::string fold_base64(std::string_view octets) {
  constexpr std::size_t columns = 70;
  const auto text = to_base64(octets);
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += columns) {
    if (at > 0) out += fold;
    out.append(text, at, columns);
  }
  return out;
}

std::string head_of(const dkim::SigningKeyView& key) {
  return " a=" + std::string(dkim::name_of(key.key.algorithm())) + ";\r\n b=";
}

std::string tail_of(const dkim::SigningKeyView& key, unsigned instance, dkim::Seconds now) {
  return std::string(" i=") + std::to_string(instance) + "; s=" + std::string(key.selector) +
         ";\r\n t=" + std::to_string(now.time_since_epoch().count());
}

std::string join_names(const std::vector<std::string>& names) {
  std::string out;
  std::size_t column = 3;
  for (const auto& name : names) {
    if (!out.empty()) out += ':';
    if (column + name.size() > 74) {
      out += fold;
      column = 1;
    }
    out += name;
    column += name.size() + 1;
  }
  return out;
}

// cv= of the newest seal, where it can be read.
std::optional<ChainStatus> last_status(const message::HeaderView& header, unsigned highest) {
  for (const auto* seal : message::find_all(header, seal_name)) {
    const auto parsed = parse_seal(seal->value);
    if (parsed && instance_of_tags(seal->value) == highest) return parsed->status;
  }
  return std::nullopt;
}

Outcome<std::string> sign_message(const message::HeaderView& header, const std::vector<std::string>& names,
                                  std::string_view body_hash, const dkim::SigningKeyView& key,
                                  unsigned instance, dkim::Seconds now) {
  const auto head = head_of(key);
  const auto rest = ";\r\n bh=" + to_base64(body_hash) +
                    ";\r\n c=relaxed/relaxed; d=" + std::string(key.domain) + ";\r\n h=" + join_names(names) +
                    ";\r\n" + tail_of(key, instance, now);
  dkim::Digest digest(dkim::Hash::sha256);
  dkim::feed_signed_fields(header.fields, names, dkim::Canonical::relaxed, digest);
  dkim::feed_signature_field(field(signature_name, head + rest), dkim::Canonical::relaxed, digest);
  const auto octets = key.key.sign(digest.finish());
  if (!octets) return std::unexpected(octets.error());
  return head + fold_base64(*octets) + rest;
}

}  // namespace

Outcome<std::string> sign_seal(const std::vector<SetView>& earlier, const NewSet& set, ChainStatus status,
                               const dkim::SigningKeyView& key, dkim::Seconds now) {
  const auto head = head_of(key);
  const auto rest = "; cv=" + std::string(name_of(status)) + "; d=" + std::string(key.domain) + ';' +
                    tail_of(key, set.instance, now);
  dkim::Digest digest(dkim::Hash::sha256);
  // RFC 8617 5.1.2: a failed chain's earlier sets are not sealed again.
  if (status != ChainStatus::fail) {
    for (const auto& one : earlier) feed_set(one, digest);
  }
  digest.update(dkim::canonical_field(field(results_name, set.results), dkim::Canonical::relaxed));
  digest.update(dkim::canonical_field(field(signature_name, set.signature), dkim::Canonical::relaxed));
  dkim::feed_signature_field(field(seal_name, head + rest), dkim::Canonical::relaxed, digest);
  const auto octets = key.key.sign(digest.finish());
  if (!octets) return std::unexpected(octets.error());
  return head + fold_base64(*octets) + rest;
}

Outcome<NewSet> Sealer::seal(const message::HeaderView& header, const Evidence& evidence,
                             const std::vector<std::string>& names, const dkim::SigningKeyView& key,
                             dkim::Seconds now) {
  const auto highest = highest_instance(header);
  if (highest >= most_sets) return failure(ErrorKind::conflict, "the chain has 50 sets");
  if (highest > 0 && last_status(header, highest) == ChainStatus::fail) {
    return failure(ErrorKind::conflict, "the chain has failed at an earlier hop");
  }
  const auto earlier = collect_sets(header);
  // Nobody can verify a seal over sets that are not whole.
  auto status = earlier ? evidence.chain : ChainStatus::fail;
  if (status != ChainStatus::fail) status = highest == 0 ? ChainStatus::none : ChainStatus::pass;
  if (highest > 0 && evidence.chain != ChainStatus::pass) status = ChainStatus::fail;
  NewSet set;
  set.instance = highest + 1;
  set.results = fold_results("i=" + std::to_string(set.instance) + "; " + evidence.authserv_id + "; " +
                             evidence.results);
  auto signature = sign_message(header, names, body_.finish(), key, set.instance, now);
  if (!signature) return std::unexpected(signature.error());
  set.signature = std::move(*signature);
  auto seal = sign_seal(earlier.value_or(std::vector<SetView>{}), set, status, key, now);
  if (!seal) return std::unexpected(seal.error());
  set.seal = std::move(*seal);
  return set;
}

std::vector<std::string> names_to_seal(const message::HeaderView& header) {
  auto names = dkim::names_to_sign(dkim::SigningPolicy{}, header.fields);
  names.insert(names.end(), message::count(header, "DKIM-Signature"), "DKIM-Signature");
  return names;
}

}  // namespace scop::arc
