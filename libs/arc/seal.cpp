#include "arc/seal.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "dkim/tag_list.hpp"
#include "message/lexer.hpp"

namespace scop::arc {

namespace {

std::unexpected<Error> malformed(std::string what) { return failure(ErrorKind::malformed, std::move(what)); }

//   instance-value = 1*2DIGIT
std::optional<unsigned> instance_from(std::string_view digits) {
  if (digits.empty() || digits.size() > 2) return std::nullopt;
  const auto number = ascii::parse_unsigned(digits);
  if (!number || *number == 0 || *number > most_sets) return std::nullopt;
  return static_cast<unsigned>(*number);
}

Outcome<> parse_time(const std::vector<dkim::TagView>& tags, dkim::Signature& signature) {
  const auto value = dkim::value_of(tags, "t");
  if (!value) return {};
  const auto number = value->size() <= 12 ? ascii::parse_unsigned(*value) : std::nullopt;
  if (!number) return malformed("t= is not a time");
  signature.signed_at = dkim::Seconds(std::chrono::seconds(*number));
  return {};
}

}  // namespace

std::string_view name_of(ChainStatus status) {
  switch (status) {
    case ChainStatus::none:
      return "none";
    case ChainStatus::pass:
      return "pass";
    case ChainStatus::fail:
      return "fail";
  }
  return "";
}

std::optional<ChainStatus> parse_chain_status(std::string_view text) {
  for (const auto status : {ChainStatus::none, ChainStatus::pass, ChainStatus::fail}) {
    if (ascii::equals_ignoring_case(text, name_of(status))) return status;
  }
  return std::nullopt;
}

Outcome<Seal> parse_seal(std::string_view value) {
  const auto tags = dkim::parse_tag_list(value);
  if (!tags) return std::unexpected(tags.error());
  if (dkim::value_of(*tags, "h")) return malformed("h= has no place in ARC-Seal");
  Seal seal;
  const auto status = parse_chain_status(dkim::value_of(*tags, "cv").value_or(""));
  if (!status) return malformed("cv= is missing or unknown");
  seal.status = *status;
  const auto algorithm = dkim::parse_algorithm(dkim::value_of(*tags, "a").value_or(""));
  if (!algorithm) return failure(ErrorKind::unsupported, "a= is missing or unknown");
  auto& signature = seal.signature;
  signature.algorithm = *algorithm;
  signature.header_form = dkim::Canonical::relaxed;
  signature.domain = ascii::to_lower(dkim::value_of(*tags, "d").value_or(""));
  signature.selector = dkim::value_of(*tags, "s").value_or("");
  signature.identity = '@' + signature.domain;
  if (!dkim::is_domain_name(signature.domain)) return malformed("d= is missing or no domain");
  if (!dkim::is_domain_name(signature.selector)) return malformed("s= is missing or no selector");
  auto octets = from_base64_with_spaces(dkim::value_of(*tags, "b").value_or(""));
  if (!octets || octets->empty()) return malformed("b= is missing or not base64");
  signature.signature = std::move(*octets);
  if (auto time = parse_time(*tags, signature); !time) return std::unexpected(std::move(time.error()));
  return seal;
}

std::optional<unsigned> instance_of_tags(std::string_view value) {
  const auto tags = dkim::parse_tag_list(value);
  if (!tags) return std::nullopt;
  return instance_from(dkim::value_of(*tags, "i").value_or(""));
}

std::optional<unsigned> instance_of_results(std::string_view value) {
  message::Lexer lexer(value);
  if (!lexer.skip_cfws() || !(lexer.take('i') || lexer.take('I'))) return std::nullopt;
  if (!lexer.skip_cfws() || !lexer.take('=') || !lexer.skip_cfws()) return std::nullopt;
  const auto instance = instance_from(lexer.digits());
  if (!lexer.skip_cfws() || !lexer.take(';')) return std::nullopt;
  return instance;
}

}  // namespace scop::arc
