#include "spamfilter/examination.hpp"

#include <cstdint>

#include "bayes/tokenize.hpp"
#include "spamfilter/limits.hpp"

namespace scop::spamfilter {

namespace {

constexpr std::size_t longest_text = 1'024;  // of a finding's name and reason

void put(std::string& out, std::size_t number) {
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(number >> shift & 0xffU);
}

void put_text(std::string& out, std::string_view text) {
  put(out, text.size());
  out += text;
}

class Reader {
 public:
  explicit Reader(std::string_view octets) : rest_(octets) {}

  std::uint32_t number() {
    std::uint32_t value = 0;
    const auto octets = take(4);
    for (std::size_t i = octets.size(); i-- > 0;) value = value << 8U | static_cast<unsigned char>(octets[i]);
    return value;
  }
  std::string_view text(std::size_t most) {
    const auto size = number();
    if (size > most) failed_ = true;
    return take(size);
  }
  bool failed() const { return failed_; }
  bool at_end() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view take(std::size_t count) {
    if (failed_ || rest_.size() < count) {
      failed_ = true;
      return {};
    }
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

Examination examine(std::string_view octets, mime_text::Charsets& charsets) {
  const auto message = mime_text::Message::read(octets);
  Examination examination;
  examination.findings = attachments::inspect(message);
  examination.tokens = bayes::tokenize(message, examination.findings, charsets);
  return examination;
}

std::string encode(const Examination& examination) {
  std::string out;
  put_text(out, examination.tokens.octets());
  put(out, examination.findings.size());
  for (const auto& finding : examination.findings) {
    put(out, static_cast<std::size_t>(finding.kind));
    put_text(out, std::string_view(finding.name).substr(0, longest_text));
    put_text(out, std::string_view(finding.reason).substr(0, longest_text));
  }
  return out;
}

Outcome<Examination> decode_examination(std::string_view octets) {
  Reader reader(octets);
  const auto packed = reader.text(limits::examination_octets);
  const auto count = reader.number();
  if (reader.failed() || count > attachments::most_findings)
    return failure(ErrorKind::malformed, "the judge's answer is cut off");
  auto tokens = bayes::Tokens::from_octets(packed);
  if (!tokens) return std::unexpected(std::move(tokens.error()));
  Examination examination{std::move(*tokens), {}};
  for (std::uint32_t i = 0; i < count && !reader.failed(); ++i) {
    const auto kind = reader.number();
    if (kind > static_cast<std::uint32_t>(attachments::Kind::bomb))
      return failure(ErrorKind::malformed, "the judge names an unknown kind of attachment");
    const auto name = reader.text(longest_text);
    const auto reason = reader.text(longest_text);
    examination.findings.push_back(
        {static_cast<attachments::Kind>(kind), std::string(name), std::string(reason)});
  }
  if (!reader.at_end()) return failure(ErrorKind::malformed, "the judge's answer has a wrong length");
  return examination;
}

}  // namespace scop::spamfilter
