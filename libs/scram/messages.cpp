#include "scram/messages.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/base64.hpp"

namespace scop::scram {

namespace {

std::unexpected<Error> malformed(std::string_view what) {
  return failure(ErrorKind::malformed, std::string(what));
}

// Takes what stands before the next comma, and the comma; without one: the whole rest.
std::string_view take_part(std::string_view& rest) {
  const auto comma = rest.find(',');
  const auto part = rest.substr(0, comma);
  rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  return part;
}

// The value of "k=value".
std::optional<std::string_view> value_of(std::string_view part, char key) {
  if (part.size() < 2 || part[0] != key || part[1] != '=') return std::nullopt;
  return part.substr(2);
}

bool is_nonce(std::string_view text) {
  return !text.empty() && text.size() <= most_nonce &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != ','; });
}

bool is_binding_name(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return ascii::is_alnum(c) || c == '.' || c == '-'; });
}

// attr-val: ALPHA "=" value, value not empty and without NUL.
bool is_extension(std::string_view part) {
  return part.size() > 2 && ascii::is_alpha(part[0]) && part[1] == '=' && !part.contains('\0');
}

Outcome<> check_whole(std::string_view message) {
  if (message.size() > most_message)
    return failure(ErrorKind::too_large, "a SCRAM message of too many octets");
  if (!ascii::is_utf8(message)) return malformed("a SCRAM message that is not UTF-8");
  return {};
}

Outcome<> parse_flag(std::string_view part, ClientFirst& first) {
  if (part == "n") {
    first.binding = ChannelBinding::unsupported_by_client;
  } else if (part == "y") {
    first.binding = ChannelBinding::unseen_at_server;
  } else if (const auto name = value_of(part, 'p'); name && is_binding_name(*name)) {
    first.binding = ChannelBinding::used;
    first.binding_name = *name;
  } else {
    return malformed("no channel binding flag");
  }
  return {};
}

Outcome<> parse_authorization(std::string_view part, ClientFirst& first) {
  if (part.empty()) return {};
  const auto value = value_of(part, 'a');
  auto name = value ? decode_name(*value) : std::nullopt;
  if (!name) return malformed("no authorization name");
  first.authorization_name = std::move(*name);
  return {};
}

Outcome<> parse_bare(std::string_view rest, ClientFirst& first) {
  if (rest.starts_with("m=")) return failure(ErrorKind::unsupported, "a mandatory extension");
  const auto user = value_of(take_part(rest), 'n');
  auto name = user ? decode_name(*user) : std::nullopt;
  if (!name) return malformed("no user name");
  first.user_name = std::move(*name);

  const bool last = !rest.contains(',');
  const auto nonce = value_of(take_part(rest), 'r');
  if (!nonce || !is_nonce(*nonce)) return malformed("no nonce");
  first.nonce = *nonce;
  if (last) return {};
  for (const auto part : ascii::split(rest, ',')) {
    if (!is_extension(part)) return malformed("an extension out of form");
  }
  return {};
}

}  // namespace

std::string encode_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == ',') {
      out += "=2C";
    } else if (c == '=') {
      out += "=3D";
    } else {
      out += c;
    }
  }
  return out;
}

std::optional<std::string> decode_name(std::string_view text) {
  if (text.empty() || text.contains(',') || text.contains('\0') || !ascii::is_utf8(text)) return std::nullopt;
  std::string out;
  while (!text.empty()) {
    if (text[0] != '=') {
      out += text[0];
      text.remove_prefix(1);
      continue;
    }
    const auto escape = text.substr(0, 3);
    if (escape != "=2C" && escape != "=3D") return std::nullopt;
    out += escape == "=2C" ? ',' : '=';
    text.remove_prefix(3);
  }
  return out;
}

Outcome<ClientFirst> parse_client_first(std::string_view message) {
  if (auto checked = check_whole(message); !checked) return std::unexpected(checked.error());
  ClientFirst first;
  auto rest = message;
  const auto flag = take_part(rest);
  const auto authorization = take_part(rest);
  if (auto parsed = parse_flag(flag, first); !parsed) return std::unexpected(parsed.error());
  if (auto parsed = parse_authorization(authorization, first); !parsed)
    return std::unexpected(parsed.error());
  if (auto parsed = parse_bare(rest, first); !parsed) return std::unexpected(parsed.error());
  first.bare = rest;
  first.gs2_header = message.substr(0, message.size() - rest.size());
  return first;
}

Outcome<ClientFinal> parse_client_final(std::string_view message) {
  if (auto checked = check_whole(message); !checked) return std::unexpected(checked.error());
  const auto comma = message.rfind(',');
  if (comma == std::string_view::npos) return malformed("no proof");
  const auto proof_text = value_of(message.substr(comma + 1), 'p');
  auto proof = proof_text ? from_base64(*proof_text) : std::nullopt;
  if (!proof || proof->empty()) return malformed("no proof");

  ClientFinal final{.proof = std::move(*proof), .without_proof = std::string(message.substr(0, comma))};
  const auto parts = ascii::split(final.without_proof, ',');
  if (parts.size() < 2) return malformed("no nonce");
  const auto binding_text = value_of(parts[0], 'c');
  auto binding = binding_text ? from_base64(*binding_text) : std::nullopt;
  if (!binding || binding->empty()) return malformed("no channel binding");
  final.channel_binding = std::move(*binding);
  const auto nonce = value_of(parts[1], 'r');
  if (!nonce || !is_nonce(*nonce)) return malformed("no nonce");
  final.nonce = *nonce;
  for (std::size_t i = 2; i < parts.size(); ++i) {
    if (!is_extension(parts[i])) return malformed("an extension out of form");
  }
  return final;
}

}  // namespace scop::scram
