#include "backup/seal.hpp"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "backup/limits.hpp"
#include "core/ensure.hpp"
#include "core/id.hpp"

namespace scop::backup {

namespace {

constexpr std::string_view magic = "scop-backup 1\n";
constexpr char by_passphrase = 1;
constexpr char by_key = 2;
constexpr std::uint32_t passes = 3;
constexpr std::uint32_t memory_kib = 256U << 10U;
constexpr std::size_t passphrase_slot = crypto_pwhash_SALTBYTES + 8;
constexpr std::size_t sealed_octets = crypto_box_SEALBYTES + crypto_secretstream_xchacha20poly1305_KEYBYTES;
constexpr std::size_t key_slot = crypto_box_PUBLICKEYBYTES + sealed_octets;
constexpr std::size_t header_octets = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr std::size_t more = crypto_secretstream_xchacha20poly1305_ABYTES;

using Stream = crypto_secretstream_xchacha20poly1305_state;

unsigned char* raw(std::string& octets) { return reinterpret_cast<unsigned char*>(octets.data()); }
const unsigned char* raw(std::string_view octets) {
  return reinterpret_cast<const unsigned char*>(octets.data());
}

std::string number(std::uint32_t value) {
  std::string out;
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xffU);
  return out;
}

std::uint32_t number_at(std::string_view octets) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i > 0; --i) value = value << 8U | static_cast<unsigned char>(octets[i - 1]);
  return value;
}

Outcome<Secret> derive(const Secret& passphrase, std::string_view salt, std::uint32_t cost_passes,
                       std::uint32_t cost_memory_kib) {
  std::string key(crypto_secretstream_xchacha20poly1305_KEYBYTES, '\0');
  const auto text = passphrase.reveal();
  if (crypto_pwhash(raw(key), key.size(), text.data(), text.size(), raw(salt), cost_passes,
                    std::size_t{cost_memory_kib} << 10U, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return failure(ErrorKind::exhausted, "there is not enough memory to derive the key");
  return Secret(std::move(key));
}

Error altered() { return {ErrorKind::malformed, "it has been altered, or is damaged"}; }

}  // namespace

struct Sealer::State {
  Stream stream{};
  std::string head;  // until it is given out
  std::string pending;
  bool first = true;
  bool finished = false;

  void begin(const Secret& key) {
    std::string header(header_octets, '\0');
    crypto_secretstream_xchacha20poly1305_init_push(&stream, raw(header), raw(key.reveal()));
    head += header;
  }

  std::string seal(std::string_view plain, unsigned char tag) {
    const auto known = std::exchange(first, false) ? std::exchange(head, {}) : std::string();
    std::string cipher(plain.size() + more, '\0');
    crypto_secretstream_xchacha20poly1305_push(&stream, raw(cipher), nullptr, raw(plain), plain.size(),
                                               raw(std::string_view(known)), known.size(), tag);
    return known + number(static_cast<std::uint32_t>(cipher.size())) + cipher;
  }
};

Sealer::Sealer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sealer::Sealer(Sealer&&) noexcept = default;
Sealer::~Sealer() {
  if (state_) sodium_memzero(&state_->stream, sizeof(Stream));
}

Sealer Sealer::with_passphrase(const Secret& passphrase) {
  ENSURE(sodium_init() >= 0);
  auto state = std::make_unique<State>();
  const auto salt = random_octets(crypto_pwhash_SALTBYTES);
  state->head = std::string(magic) + by_passphrase + salt + number(passes) + number(memory_kib);
  auto key = derive(passphrase, salt, passes, memory_kib);
  ENSURE(key.has_value());
  state->begin(*key);
  return Sealer(std::move(state));
}

Sealer Sealer::for_key(std::string_view public_key) {
  ENSURE(sodium_init() >= 0 && public_key.size() == crypto_box_PUBLICKEYBYTES);
  auto state = std::make_unique<State>();
  std::string octets(crypto_secretstream_xchacha20poly1305_KEYBYTES, '\0');
  crypto_secretstream_xchacha20poly1305_keygen(raw(octets));
  const Secret key(std::move(octets));
  std::string sealed(sealed_octets, '\0');
  ENSURE(crypto_box_seal(raw(sealed), raw(key.reveal()), key.reveal().size(), raw(public_key)) == 0);
  state->head = std::string(magic) + by_key + std::string(public_key) + sealed;
  state->begin(key);
  return Sealer(std::move(state));
}

std::string Sealer::push(std::string_view plain) {
  ENSURE(!state_->finished);
  std::string out;
  while (!plain.empty()) {
    const auto room = limits::chunk - state_->pending.size();
    state_->pending += plain.substr(0, room);
    plain.remove_prefix(std::min(room, plain.size()));
    if (state_->pending.size() < limits::chunk) break;
    out += state_->seal(state_->pending, 0);
    state_->pending.clear();
  }
  return out;
}

std::string Sealer::finish() {
  ENSURE(!std::exchange(state_->finished, true));
  auto out = state_->seal(state_->pending, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
  sodium_memzero(state_->pending.data(), state_->pending.size());
  return out;
}

struct Opener::State {
  Opening opening;
  Stream stream{};
  std::string pending;
  std::string head;  // authenticated with the first chunk
  enum class At { head, chunks, end } at = At::head;
  bool is_first = true;

  Outcome<bool> open_head();
  Outcome<Secret> key_of(std::string_view slot);
  Outcome<bool> open_chunk(std::string& out);
};

Outcome<Secret> Opener::State::key_of(std::string_view slot) {
  if (slot.front() == by_passphrase) {
    if (opening.passphrase.empty())
      return failure(ErrorKind::denied, "it wants a passphrase: name its file with --passphrase-file");
    const auto cost_passes = number_at(slot.substr(1 + crypto_pwhash_SALTBYTES));
    const auto cost_memory = number_at(slot.substr(1 + crypto_pwhash_SALTBYTES + 4));
    if (cost_passes == 0 || cost_passes > limits::passes || cost_memory < 8 ||
        cost_memory > limits::memory_kib)
      return std::unexpected(altered());
    return derive(opening.passphrase, slot.substr(1, crypto_pwhash_SALTBYTES), cost_passes, cost_memory);
  }
  if (opening.secret_key.empty())
    return failure(ErrorKind::denied, "it is for a key: name the secret one's file with --key-file");
  std::string own(crypto_box_PUBLICKEYBYTES, '\0');
  crypto_scalarmult_base(raw(own), raw(opening.secret_key.reveal()));
  std::string octets(crypto_secretstream_xchacha20poly1305_KEYBYTES, '\0');
  const auto sealed = slot.substr(1 + crypto_box_PUBLICKEYBYTES);
  if (own != slot.substr(1, crypto_box_PUBLICKEYBYTES))
    return failure(ErrorKind::denied, "it is for another key");
  if (crypto_box_seal_open(raw(octets), raw(sealed), sealed.size(), raw(std::string_view(own)),
                           raw(opening.secret_key.reveal())) != 0)
    return std::unexpected(altered());
  return Secret(std::move(octets));
}

// false: more octets are needed.
Outcome<bool> Opener::State::open_head() {
  const auto begins = std::string_view(pending).substr(0, magic.size());
  if (begins != magic.substr(0, begins.size()))
    return failure(ErrorKind::malformed, "it is no backup of scop, or of a later form");
  if (pending.size() <= magic.size()) return false;
  const char kind = pending[magic.size()];
  if (kind != by_passphrase && kind != by_key) return std::unexpected(altered());
  const auto slot = 1 + (kind == by_passphrase ? passphrase_slot : key_slot);
  const auto whole = magic.size() + slot + header_octets;
  if (pending.size() < whole) return false;
  head = pending.substr(0, whole);
  pending.erase(0, whole);
  const auto key = key_of(std::string_view(head).substr(magic.size(), slot));
  if (!key) return std::unexpected(key.error());
  const auto header = std::string_view(head).substr(magic.size() + slot);
  if (crypto_secretstream_xchacha20poly1305_init_pull(&stream, raw(header), raw(key->reveal())) != 0)
    return std::unexpected(altered());
  at = At::chunks;
  return true;
}

Outcome<bool> Opener::State::open_chunk(std::string& out) {
  if (pending.size() < 4) return false;
  const auto size = number_at(pending);
  if (size < more || size > limits::chunk + more) return std::unexpected(altered());
  if (pending.size() < 4 + std::size_t{size}) return false;
  std::string plain(size - more, '\0');
  unsigned char tag = 0;
  const auto cipher = std::string_view(pending).substr(4, size);
  const auto known = is_first ? std::string_view(head) : std::string_view();
  if (crypto_secretstream_xchacha20poly1305_pull(&stream, raw(plain), nullptr, &tag, raw(cipher), size,
                                                 raw(known), known.size()) != 0) {
    if (is_first && head[magic.size()] == by_passphrase)
      return failure(ErrorKind::denied,
                     "the passphrase is another one, or it has been altered at its beginning");
    return std::unexpected(altered());
  }
  is_first = false;
  pending.erase(0, 4 + std::size_t{size});
  out += plain;
  if (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) at = At::end;
  return true;
}

Opener::Opener(Opening opening) : state_(std::make_unique<State>()) {
  ENSURE(sodium_init() >= 0);
  state_->opening = std::move(opening);
}
Opener::Opener(Opener&&) noexcept = default;
Opener::~Opener() {
  if (state_) sodium_memzero(&state_->stream, sizeof(Stream));
}

Outcome<std::string> Opener::push(std::string_view octets) {
  auto& state = *state_;
  state.pending += octets;
  std::string out;
  for (;;) {
    if (state.at == State::At::end) {
      if (!state.pending.empty()) return failure(ErrorKind::malformed, "something stands behind its end");
      return out;
    }
    const auto went_on = state.at == State::At::head ? state.open_head() : state.open_chunk(out);
    if (!went_on) return std::unexpected(went_on.error());
    if (!*went_on) return out;
  }
}

Outcome<> Opener::finish() const {
  if (state_->at == State::At::end) return {};
  return failure(ErrorKind::malformed, state_->at == State::At::head && state_->pending.size() < magic.size()
                                           ? "it is no backup of scop: too short"
                                           : "it is cut short");
}

}  // namespace scop::backup
