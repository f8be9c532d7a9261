#include "corpus/header_fields.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "core/ascii.hpp"
#include "corpus/addresses.hpp"
#include "corpus/dates.hpp"
#include "corpus/prose.hpp"

namespace scop::corpus {

namespace {

constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

class Writer {
 public:
  Writer(Random& random, const Manner& manner) : random_(random), manner_(manner) {}

  void date(const char* name) {
    auto text = begin(name);
    const auto date = add_date(text);
    end(name, text).date = date;
  }
  void addresses(const char* name, std::size_t count) {
    auto text = begin(name);
    auto list = add_address_list(text, count);
    end(name, text).addresses = std::move(list);
  }
  void mailbox(const char* name) {
    auto text = begin(name);
    std::vector<ExpectedAddress> list{{.mailboxes = {add_mailbox(text)}}};
    end(name, text).addresses = std::move(list);
  }
  void ids(const char* name, std::size_t count) {
    auto text = begin(name);
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) text.space();
      text.add(message_id(random_));
    }
    end(name, text);
  }
  void unstructured(const char* name, std::size_t words) {
    auto text = begin(name);
    add_unstructured(text, words);
    end(name, text);
  }
  void fixed(const char* name, std::string_view value) {
    auto text = begin(name);
    text.add(value);
    end(name, text);
  }
  void received() {
    auto text = begin("Received");
    const auto from = domain_name(random_);
    const auto by = domain_name(random_);
    for (const auto& word :
         {std::string("from"), from, fmt::format("({} [192.0.2.{}])", from, random_.below(256)),
          std::string("by"), by, std::string("with"), std::string(random_.chance(50) ? "ESMTPS" : "SMTP"),
          std::string("id"), random_.of("0123456789abcdef", 12) + ";"}) {
      text.add(word);
      text.space();
    }
    const auto date = add_date(text);
    end("Received", text).date = date;
  }
  // A tag list like RFC 6376's; the values are noise.
  void signature(const char* name, bool with_instance) {
    auto text = begin(name);
    if (with_instance) tag(text, "i=1");
    for (const auto& value :
         {std::string("v=1"), std::string("a=rsa-sha256"), std::string("c=relaxed/simple"),
          "d=" + domain_name(random_), std::string("s=sel"), std::string("h=from:to:subject:date"),
          "bh=" + random_.of(base64_alphabet, 43) + "="})
      tag(text, value);
    text.add("b=");
    for (std::size_t i = 0; i < 4; ++i) {
      text.add(random_.of(base64_alphabet, 43));
      if (i < 3) text.space();
    }
    end(name, text);
  }
  std::vector<WrittenField> take() { return std::move(fields_); }

 private:
  FieldText begin(std::string_view name) {
    FieldText text(random_, manner_, name);
    if (random_.chance(97)) text.add(" ");
    return text;
  }
  ExpectedField& end(std::string name, FieldText& text) {
    fields_.push_back(written(std::move(name), text));
    return fields_.back().expected;
  }
  static void tag(FieldText& text, std::string_view value) {
    text.add(value);
    text.add(";");
    text.space();
  }

  Random& random_;
  const Manner& manner_;
  std::vector<WrittenField> fields_;
};

void add_trace(Writer& writer, Random& random) {
  if (random.chance(30)) writer.fixed("Return-Path", random.chance(10) ? "<>" : "<bounce@example.org>");
  if (random.chance(15)) writer.signature("ARC-Seal", true);
  if (random.chance(40)) writer.signature("DKIM-Signature", false);
  const auto hops = random.skewed(0, 8);
  for (std::size_t i = 0; i < hops; ++i) writer.received();
  if (random.chance(20))
    writer.fixed("Authentication-Results", "mx.example.org; spf=pass smtp.mailfrom=example.org");
}

void add_list_fields(Writer& writer, Random& random) {
  const auto list = random.of("abcdefghij", 6);
  writer.fixed("List-Id", fmt::format("{} discussion <{}.example.org>", list, list));
  writer.fixed("List-Unsubscribe", fmt::format("<mailto:{}-request@example.org?subject=unsubscribe>", list));
  if (random.chance(50)) writer.fixed("List-Post", fmt::format("<mailto:{}@example.org>", list));
  if (random.chance(50)) writer.fixed("Precedence", "list");
}

}  // namespace

WrittenField written(std::string name, FieldText& text) {
  auto& random = text.random();
  std::string octets = name;
  if (text.manner().obsolete && random.chance(8)) octets += random.chance(50) ? " " : "\t ";
  octets.append(":").append(text.written()).append(text.manner().line_end);
  return {std::move(octets), {.name = std::move(name), .value = text.decoded()}};
}

void add_unstructured(FieldText& text, std::size_t words) {
  auto& random = text.random();
  const auto& script = random.pick(scripts());
  const auto charset = random.pick(script.charsets);
  bool was_encoded = false;
  for (std::size_t i = 0; i < words;) {
    const auto count = std::min(words - i, random.between(1, 6));
    const auto run = prose(random, script, count);
    const bool is_ascii = ascii::is_all_ascii(run);
    if (i > 0) text.space();
    if (is_ascii || text.manner().utf8) {
      text.add(run);
      was_encoded = false;
    } else if (!was_encoded && in_charset(charset, run)) {
      text.encoded(script, charset, run, false);
      was_encoded = true;
    } else {
      text.add("Re: plain");
      was_encoded = false;
    }
    i += count;
  }
}

std::vector<WrittenField> message_fields(Random& random, const Manner& manner) {
  Writer writer(random, manner);
  add_trace(writer, random);
  writer.date("Date");
  const auto authors = random.chance(97) ? 1U : 2U;
  writer.addresses("From", authors);
  if (authors > 1 || random.chance(5)) writer.mailbox("Sender");
  if (random.chance(95)) writer.addresses("To", random.skewed(1, 30));
  if (random.chance(20)) writer.addresses("Cc", random.skewed(1, 12));
  if (random.chance(10)) writer.addresses("Reply-To", 1);
  if (random.chance(98)) writer.unstructured("Subject", random.between(1, 14));
  writer.ids("Message-ID", 1);
  if (random.chance(40)) writer.ids("In-Reply-To", 1);
  if (random.chance(40)) writer.ids("References", random.skewed(1, 20));
  if (random.chance(15)) add_list_fields(writer, random);
  if (random.chance(10)) writer.unstructured("Comments", random.between(3, 40));
  if (random.chance(25)) writer.fixed("X-Mailer", "Hamlet 1.0 (scop corpus)");
  if (random.chance(5)) writer.unstructured("X-Long-Field", random.between(50, 300));
  return writer.take();
}

}  // namespace scop::corpus
