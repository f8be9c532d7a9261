// Whole inquiries: a message in pieces, and a DNS that answers from the input. It ends, and what it writes is
// one field with our own id. The first octets choose the pieces and the kind of answers.
#include <cstddef>
#include <cstdint>

#include "auth_results/claim.hpp"
#include "core/ensure.hpp"
#include "dns/rdata.hpp"
#include "verify/inquiry.hpp"

using namespace scop;

namespace {

dns::Answer answer_from(unsigned kind, std::string_view text, const dns::Question& question) {
  dns::Answer answer;
  answer.rcode = kind % 4 == 0   ? dns::Rcode::nx_domain
                 : kind % 4 == 1 ? dns::Rcode::serv_fail
                                 : dns::Rcode::no_error;
  if (answer.rcode != dns::Rcode::no_error) return answer;
  if (question.type == dns::Type::txt) {
    answer.records.push_back(dns::txt_to_rdata(text));
  } else {
    answer.records.emplace_back(text.substr(0, kind % 20));
  }
  return answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.size() < 3) return 0;
  const std::size_t step = static_cast<unsigned char>(text[0]) + 1U;
  unsigned kind = static_cast<unsigned char>(text[1]);
  const std::size_t split = std::min<std::size_t>(static_cast<unsigned char>(text[2]), text.size() - 3);
  const auto records = text.substr(3, split);
  auto message = text.substr(3 + split);
  verify::Inquiry inquiry({.authserv_id = "mx.example"},
                          {dns::Address::from_text("192.0.2.1"), std::string(records),
                           std::string(message.substr(0, 30)), dkim::Seconds{}});
  for (; !message.empty(); message.remove_prefix(std::min(step, message.size())))
    inquiry.octets(message.substr(0, step));
  inquiry.end();
  unsigned asked = 0;
  while (!inquiry.done()) {
    const auto wanted = inquiry.wanted();
    ENSURE(!wanted.empty());
    for (const auto& question : wanted) {
      ENSURE(++asked < 1'000);
      inquiry.answer(question, answer_from(kind++, records, question));
    }
  }
  const auto judgement = inquiry.finish();
  const auto field = "Authentication-Results:" + judgement.field + "\r\n\r\n";
  const auto header = message::parse_header(field);
  ENSURE(header && header->fields.size() == 1 && header->complete);
  ENSURE(auth_results::claims(header->fields.front().value, "mx.example"));
  return 0;
}
