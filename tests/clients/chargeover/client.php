<?php
// A client of the ChargeOver API as a PHP programmer writes one: plain curl, HTTP Basic or the signature scheme.
//
//     php client.php http://127.0.0.1:8484/api/v3 <public key> <private key> basic|signature
//
// It creates, reads, finds, updates, pays and voids an invoice, prints one line for each step, and ends with status 1
// at the first answer that is not the documented one.

error_reporting(E_ALL);
set_error_handler(function ($level, $message, $file, $line) {
    throw new ErrorException($message, 0, $level, $file, $line);
});

final class Client
{
    private CurlHandle $curl;
    public array $headers = [];

    public function __construct(
        private string $root,
        private string $public,
        private string $private,
        private string $mode
    ) {
        $this->curl = curl_init();
    }

    /** One request; gives the decoded envelope. */
    public function call(string $method, string $path, ?array $body = null): object
    {
        $url = $this->root . $path;
        $data = $body === null ? '' : json_encode($body);
        $this->headers = [];
        curl_reset($this->curl);
        curl_setopt_array($this->curl, [
            CURLOPT_URL => $url,
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_HTTPHEADER => ['Content-Type: application/json', ...$this->authorization($url, $data)],
            CURLOPT_HEADERFUNCTION => function ($curl, $line) {
                $parts = explode(':', $line, 2);
                if (count($parts) === 2) {
                    $this->headers[strtolower(trim($parts[0]))] = trim($parts[1]);
                }
                return strlen($line);
            },
        ]);
        if ($this->mode === 'basic') {
            curl_setopt($this->curl, CURLOPT_USERPWD, $this->public . ':' . $this->private);
        }
        if ($method !== 'GET') {
            curl_setopt($this->curl, CURLOPT_POSTFIELDS, $data);
        }
        $answer = curl_exec($this->curl);
        if ($answer === false) {
            throw new RuntimeException(curl_error($this->curl));
        }
        $decoded = json_decode($answer, false, 64, JSON_THROW_ON_ERROR);
        $status = curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE);
        if ($decoded->code !== $status) {
            throw new RuntimeException("status $status, but code {$decoded->code}");
        }
        return $decoded;
    }

    /** The header of the signature scheme, with the space at its end that the vendor's own library leaves there. */
    private function authorization(string $url, string $data): array
    {
        if ($this->mode !== 'signature') {
            return [];
        }
        $nonce = substr(bin2hex(random_bytes(8)), 0, 8);
        $time = (string) time();
        $text = implode('||', [$this->public, strtolower($url), $nonce, $time, $data]);
        $fields = [
            'co_public_key' => $this->public,
            'co_nonce' => $nonce,
            'co_timestamp' => $time,
            'co_signature_method' => 'HMAC-SHA256',
            'co_version' => '1.0',
            'co_signature' => hash_hmac('sha256', $text, $this->private),
        ];
        $header = 'Authorization: ChargeOver ';
        foreach ($fields as $name => $value) {
            $header .= "$name=\"$value\" ";
        }
        return [$header];
    }
}

function expect(bool $holds, string $what): void
{
    if (!$holds) {
        fwrite(STDERR, "not as documented: $what\n");
        exit(1);
    }
    print("ok: $what\n");
}

[, $root, $public, $private, $mode] = $argv;
$api = new Client($root, $public, $private, $mode);

$customers = $api->call('GET', '/customer?where=' . urlencode('company:EQUALS:Acme Corporation') . '&_dummy=1');
expect($customers->status === 'OK' && count($customers->response) === 1, 'a customer is found');
$customer = $customers->response[0]->customer_id;

$items = $api->call('GET', '/item?where=' . urlencode('name:EQUALS:Paver'));
expect($items->response[0]->item_type === 'product', 'an item is found');
$item = $items->response[0]->item_id;

$made = $api->call('POST', '/invoice', [
    'customer_id' => $customer,
    'external_key' => "php-$mode",
    'paycycle' => 'mon',
    'bill_addr1' => 'Überstraße 5',
    'custom_1' => 'Für Anna, "quoted" \\ and more',
    'taxes' => 12.34,
    'line_items' => [
        ['item_id' => $item, 'descrip' => 'Pavers', 'line_rate' => 29.95, 'line_quantity' => 3],
        ['item_id' => $item, 'descrip' => 'More pavers', 'line_rate' => 10.05, 'line_quantity' => 1],
    ],
]);
expect($made->code === 201 && is_int($made->response->id), 'an invoice is created');
$id = $made->response->id;
expect(str_ends_with($api->headers['location'], "/api/v3/invoice/$id"), 'Location leads to it');

$read = $api->call('GET', "/invoice/$id");
expect($read->response->total === 112.24 && $read->response->taxes === 12.34, 'its tax is the one that was asked for');
expect($read->response->subtotal === 99.9 && count($read->response->line_items) === 2, 'its lines are read back');
expect($read->response->custom_1 === 'Für Anna, "quoted" \\ and more', 'a custom field is read back');
expect($read->response->invoice_status_str === 'open-unpaid', 'it is unpaid');

$where = urlencode("customer_id:EQUALS:$customer,external_key:EQUALS:php-$mode");
$found = $api->call('GET', "/invoice?where=$where&order=" . urlencode('invoice_date:DESC') . '&limit=5&offset=0');
expect(count($found->response) === 1 && $found->response[0]->invoice_id === $id, 'it is found by its external key');
expect(!property_exists($found->response[0], 'line_items'), 'a list leaves the lines out');

$kept = $read->response->line_items[0]->line_item_id;
$changed = $api->call('PUT', "/invoice/$id", [
    'memo' => 'Changed by PHP',
    'line_items' => [['line_item_id' => $kept], ['item_id' => $item, 'line_rate' => 1]],
]);
expect($changed->code === 202 && $changed->response->id === $id, 'it is changed');
$read = $api->call('GET', "/invoice/token:{$read->response->token}");
expect($read->response->line_items[0]->line_item_id === $kept, 'the line that was repeated stays');
expect($read->response->subtotal === 90.85 && $read->response->taxes === 12.34, 'the tax stays as it was asked for');

$paid = $api->call('POST', "/invoice/$id?action=pay", [
    'number' => '4111111111111111', 'expdate_year' => date('Y') + 1, 'expdate_month' => '12', 'name' => 'A. Buyer',
]);
expect($paid->code === 200 && $paid->response === true, 'it is paid by card');
$read = $api->call('GET', "/invoice/$id");
expect($read->response->invoice_status_str === 'closed-paid' && $read->response->balance === 0, 'it is settled');
$money = $api->call('GET', '/transaction?where=' . urlencode("applied_to.invoice_id:EQUALS:$id"));
expect($money->response[0]->transaction_detail === 'x1111', 'only four digits of the card are known');

$second = $api->call('POST', '/invoice', ['customer_id' => $customer, 'line_items' => [['item_id' => $item]]]);
$void = $api->call('POST', "/invoice/{$second->response->id}/_action/void");
expect($void->response === true, 'another one is voided, without a body');
$read = $api->call('GET', "/invoice/{$second->response->id}");
expect($read->response->is_void === true && $read->response->invoice_status_str === 'closed-void', 'it is void');

$wrong = $api->call('POST', '/invoice', ['customer_id' => $customer, 'line_items' => []]);
expect($wrong->code === 400 && $wrong->message === 'Missing or invalid parameter.', 'a wrong invoice is refused');
expect(is_object($wrong->details) && $wrong->response === false, 'the refusal has the documented shape');
$missing = $api->call('GET', '/invoice/987654');
expect($missing->code === 404 && $missing->response === null, 'an unknown invoice is not found');

$thief = new Client($root, $public, $private . 'x', $mode);
$refused = $thief->call('GET', '/invoice');
expect($refused->code === 401 && $refused->response === false, 'a wrong private key is refused');
print("done\n");
