#include "bayes/tokens.hpp"

#include <algorithm>

namespace scop::bayes {

namespace {

constexpr std::string_view magic = "tk1\n";
constexpr std::size_t digest_octets = 32;

}  // namespace

void Tokens::add(std::string_view token) { add({}, token); }

void Tokens::add(std::string_view prefix, std::string_view token) {
  if (token.empty() || ends_.size() == most_tokens) return;
  const auto begin = text_.size();
  text_ += prefix;
  if (!prefix.empty()) text_ += ':';
  text_ += token;
  text_.resize(std::min(text_.size(), begin + most_token_octets));
  ends_.push_back(static_cast<std::uint32_t>(text_.size()));
}

std::string_view Tokens::at(std::size_t index) const {
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(text_).substr(begin, ends_[index] - begin);
}

//   octets = magic digest *( length token )
std::string Tokens::octets() const {
  std::string out(magic);
  out.reserve(text_.size() + ends_.size() + 64);
  out += digest;
  out.resize(magic.size() + digest_octets);
  for (std::size_t i = 0; i < size(); ++i) {
    const auto token = at(i);
    out += static_cast<char>(token.size());
    out += token;
  }
  return out;
}

Outcome<Tokens> Tokens::from_octets(std::string_view octets) {
  if (!octets.starts_with(magic) || octets.size() < magic.size() + digest_octets) {
    return failure(ErrorKind::malformed, "tokens: no such beginning");
  }
  Tokens tokens;
  tokens.digest = octets.substr(magic.size(), digest_octets);
  octets.remove_prefix(magic.size() + digest_octets);
  while (!octets.empty()) {
    const std::size_t size = static_cast<unsigned char>(octets.front());
    octets.remove_prefix(1);
    if (size == 0 || size > most_token_octets || size > octets.size()) {
      return failure(ErrorKind::malformed, "tokens: a length makes no sense");
    }
    if (tokens.size() == most_tokens) return failure(ErrorKind::too_large, "too many tokens");
    tokens.add(octets.substr(0, size));
    octets.remove_prefix(size);
  }
  return tokens;
}

}  // namespace scop::bayes
