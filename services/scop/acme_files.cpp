#include "scop/acme_files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "core/base64.hpp"
#include "core/id.hpp"
#include "dane/tlsa.hpp"
#include "files/descriptor.hpp"
#include "mesh_ca/facts.hpp"
#include "mesh_ca/file.hpp"
#include "scop/acme_placing.hpp"
#include "tls_key/key.hpp"

namespace scop::command::acme {

namespace {

constexpr std::uint64_t most_pem = 256U << 10U;
constexpr const char* key_name = "key.pem";
constexpr const char* chain_name = "cert.pem";
constexpr const char* next_key_name = "next-key.pem";
constexpr const char* next_chain_name = "next-cert.pem";

Outcome<std::string> digest_of(const Outcome<dns::Tlsa>& record) {
  if (!record) return std::unexpected(record.error());
  return to_hex(record->data);
}

Outcome<> remove_file(const std::filesystem::path& file) {
  if (::unlink(file.c_str()) == 0 || errno == ENOENT) return {};
  return std::unexpected(files::error_of(errno, "removing", file));
}

Outcome<> move_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0)
    return std::unexpected(files::error_of(errno, "renaming", from));
  return files::sync_folder(to.parent_path());
}

}  // namespace

Outcome<std::string> key_digest_of_chain(std::string_view chain) {
  return digest_of(dane::tlsa_of(chain, dane::dane_ee, dane::public_key, dane::sha2_256));
}

Outcome<std::string> key_digest(std::string_view key) {
  return digest_of(dane::tlsa_of_key(key, dane::dane_ee, dane::sha2_256));
}

Outcome<std::string> certificate_digest(std::string_view chain) {
  return digest_of(dane::tlsa_of(chain, dane::dane_ee, dane::whole_certificate, dane::sha2_256));
}

Served read_served(const Pair& pair) {
  Served served;
  for (const auto& placement : pair.placements) {
    auto chain = files::read_whole(placement.certificate, most_pem);
    auto key = files::read_whole(placement.key, most_pem);
    if (!chain || !key) continue;
    Secret secret(std::move(*key));
    if (mesh_ca::belong_together(*chain, secret.reveal()) != Outcome<bool>(true)) continue;
    served.chain = std::move(*chain);
    served.key = std::move(secret);
    break;
  }
  return served;
}

Outcome<cert_roll::State> Files::load_state() const {
  auto text = files::read_whole(pair_.state, cert_roll::most_state);
  if (text) {
    auto state = cert_roll::parse_state(*text);
    if (state) return state;
    return failure(ErrorKind::broken, fmt::format("{}: {}; removing it begins anew from what is served",
                                                  pair_.state.string(), state.error().what));
  }
  if (text.error().kind != ErrorKind::not_found) return std::unexpected(text.error());
  cert_roll::State state;
  if (const auto chain = files::read_whole(file(chain_name), most_pem))
    state.current = key_digest_of_chain(*chain).value_or("");
  state.since = state.key_since = now();
  return state;
}

Outcome<> Files::save_state(const cert_roll::State& state) const {
  return mesh_ca::replace_file(pair_.state, cert_roll::to_text(state), 0644);
}

Outcome<> Files::adopt(const Served& served) const {
  if (served.chain.empty()) return {};
  auto state = load_state();
  if (!state) return std::unexpected(state.error());
  // While a certificate is on its way the daemons may serve either.
  if (state->step != cert_roll::Step::settled) return {};
  const auto known = files::read_whole(file(chain_name), most_pem);
  if (known && *known == served.chain) return {};
  // What was about to be taken up is older than what somebody has put there.
  if (auto dropped = known ? drop_staged() : Outcome<>{}; !dropped) return dropped;
  if (auto written = mesh_ca::replace_file(file(key_name), served.key.reveal(), 0600); !written)
    return written;
  if (auto written = mesh_ca::replace_file(file(chain_name), served.chain, 0600); !written) return written;
  const auto digest = key_digest_of_chain(served.chain);
  if (!digest) return std::unexpected(digest.error());
  if (state->current == *digest) return {};
  state->current = *digest;
  state->key_since = state->since = now();
  return save_state(*state);
}

std::optional<cert_roll::Held> Files::held() const {
  auto chain = files::read_whole(file(chain_name), most_pem);
  // Nothing taken into hand yet: what is served counts.
  if (!chain && !pair_.placements.empty())
    chain = files::read_whole(pair_.placements.front().certificate, most_pem);
  const auto facts = chain ? mesh_ca::read_facts(*chain) : std::unexpected(chain.error());
  if (!facts) return std::nullopt;
  return cert_roll::Held{.not_before = facts->not_before,
                         .not_after = facts->not_after,
                         .names = facts->hosts,
                         .key_type = tls_key::type_of_certificate(*chain).value_or("unknown"),
                         .is_self_signed = facts->subject == facts->issuer};
}

std::optional<Staged> Files::staged() const {
  auto chain = files::read_whole(file(next_chain_name), most_pem);
  if (!chain) return std::nullopt;
  auto key = key_digest_of_chain(*chain);
  auto certificate = certificate_digest(*chain);
  if (!key || !certificate || !find_key(*key)) return std::nullopt;
  const auto facts = mesh_ca::read_facts(*chain);
  if (!facts || facts->not_after <= now()) return std::nullopt;
  const auto known = files::read_whole(file(chain_name), most_pem);
  if (known && certificate_digest(*known) == certificate) return std::nullopt;
  return Staged{.chain = std::move(*chain),
                .key_digest = std::move(*key),
                .certificate_digest = std::move(*certificate)};
}

Outcome<> Files::stage(std::string_view chain) const {
  return mesh_ca::replace_file(file(next_chain_name), chain, 0600);
}

Outcome<> Files::stage_key(const Secret& key) const {
  return mesh_ca::replace_file(file(next_key_name), key.reveal(), 0600);
}

Outcome<> Files::drop_staged() const {
  for (const auto* name : {next_chain_name, next_key_name}) {
    if (auto removed = remove_file(file(name)); !removed) return removed;
  }
  return {};
}

bool Files::has_next_key() const { return ::access(file(next_key_name).c_str(), R_OK) == 0; }

Outcome<Secret> Files::key_for_request() const {
  for (const auto* name : {next_key_name, key_name}) {
    if (auto key = files::read_whole(file(name), most_pem)) return Secret(std::move(*key));
  }
  return failure(ErrorKind::not_found, "there is no key yet");
}

Outcome<Secret> Files::find_key(std::string_view digest) const {
  for (const auto* name : {next_key_name, key_name}) {
    auto text = files::read_whole(file(name), most_pem);
    if (!text) continue;
    Secret key(std::move(*text));
    if (const auto found = key_digest(key.reveal()); found && *found == digest) return key;
  }
  return failure(
      ErrorKind::broken,
      fmt::format(
          "{}: no key of the digest {} is there any more; removing {} begins anew from what is served",
          pair_.folder.string(), digest, pair_.state.string()));
}

Outcome<std::string> Files::find_chain(std::string_view digest) const {
  for (const auto* name : {next_chain_name, chain_name}) {
    auto chain = files::read_whole(file(name), most_pem);
    if (!chain) continue;
    if (const auto found = certificate_digest(*chain); found && *found == digest) return chain;
  }
  return failure(
      ErrorKind::broken,
      fmt::format("{}: the certificate {} is not there any more; removing {} begins anew from what is served",
                  pair_.folder.string(), digest, pair_.state.string()));
}

Outcome<> Files::place(const cert_roll::State& state) const {
  const auto key = find_key(state.next);
  if (!key) return std::unexpected(key.error());
  const auto chain = find_chain(state.certificate);
  if (!chain) return std::unexpected(chain.error());
  return place_all(world_, pair_, *chain, *key);
}

// In any order of a crash: what is already in hand is found there.
Outcome<> Files::promote(const cert_roll::State& state) const {
  auto text = files::read_whole(file(next_key_name), most_pem);
  const Secret next_key(text ? std::move(*text) : std::string());
  if (key_digest(next_key.reveal()) == Outcome<std::string>(state.next)) {
    if (auto renamed = move_file(file(next_key_name), file(key_name)); !renamed) return renamed;
  }
  const auto next_chain = files::read_whole(file(next_chain_name), most_pem);
  if (next_chain && certificate_digest(*next_chain) == Outcome<std::string>(state.certificate))
    return move_file(file(next_chain_name), file(chain_name));
  return {};
}

}  // namespace scop::command::acme
