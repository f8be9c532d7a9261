#include "verifier/case_handler.hpp"

#include "dkim/digest.hpp"
#include "dkim/key.hpp"
#include "dkim/key_record.hpp"
#include "dkim/public_key.hpp"
#include "verifier/limits.hpp"
#include "verifier/result_message.hpp"

namespace scop::verifier {

namespace {

verify::Envelope envelope_of(const v1::CaseBegin& begin) {
  return {.client = dns::Address::from_text(begin.client_address()),
          .helo = begin.helo(),
          .reverse_path = begin.reverse_path(),
          .now = dkim::Seconds(std::chrono::seconds(begin.now()))};
}

dns::Answer answer_from(const v1::CaseAnswer& message) {
  dns::Answer answer;
  answer.rcode = static_cast<dns::Rcode>(message.rcode() & 0xfU);
  answer.validation = static_cast<dns::Validation>(message.validation());
  answer.records.assign(message.records().begin(), message.records().end());
  answer.why = message.why();
  return answer;
}

}  // namespace

std::string CaseHandler::handle(std::string_view octets) {
  v1::CaseRequest request;
  v1::CaseReply reply;
  if (request.ParseFromArray(octets.data(), static_cast<int>(octets.size()))) {
    reply = answer(request);
  } else {
    reply.set_unknown(true);
  }
  return reply.SerializeAsString();
}

v1::CaseReply CaseHandler::answer(const v1::CaseRequest& request) {
  v1::CaseReply reply;
  if (request.drop()) {
    cases_.erase(request.id());
    return reply;
  }
  if (request.has_begin() && cases_.size() < limits::cases) {
    cases_.insert_or_assign(
        request.id(), Case{verify::Inquiry(policy_, envelope_of(request.begin())), request.begin(), false});
  }
  const auto found = cases_.find(request.id());
  if (found == cases_.end()) {
    reply.set_unknown(true);
    return reply;
  }
  auto& one = found->second;
  if (!request.octets().empty()) one.inquiry.octets(request.octets());
  for (const auto& given : request.answers()) {
    one.inquiry.answer({given.question().name(), static_cast<dns::Type>(given.question().type())},
                       answer_from(given));
  }
  if (request.end()) {
    one.inquiry.end();
    one.ended = true;
  }
  if (one.ended && (request.conclude() || one.inquiry.done())) {
    conclude(one, reply);
    cases_.erase(found);
    return reply;
  }
  for (auto& question : one.inquiry.wanted()) {
    auto* wanted = reply.add_wanted();
    wanted->set_name(std::move(question.name));
    wanted->set_type(static_cast<std::uint32_t>(question.type));
  }
  return reply;
}

void CaseHandler::conclude(Case& one, v1::CaseReply& reply) {
  const auto judgement = one.inquiry.finish();
  *reply.mutable_result() = result_message(one.begin, judgement);
}

void prepare_algorithms() {
  for (const auto hash : {dkim::Hash::sha1, dkim::Hash::sha256}) dkim::Digest(hash).finish();
  for (const auto type : {dkim::KeyType::rsa, dkim::KeyType::ed25519}) {
    auto key = dkim::DkimKey::generate(type, dkim::least_rsa_bits);
    if (!key) continue;
    const auto record = dkim::parse_key_record(key->record());
    const std::string digest(32, '\0');
    const auto signature = key->sign(digest);
    if (!record || !signature) continue;
    const auto public_key = dkim::PublicKey::from_octets(type, record->public_key);
    if (public_key) static_cast<void>(public_key->verifies(dkim::Hash::sha256, digest, *signature));
  }
}

}  // namespace scop::verifier
