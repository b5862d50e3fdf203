// A step of a shared library.
def call(Map config) {
    withCredentials([[$class: 'AmazonWebServicesCredentialsBinding', credentialsId: config.credentialsId, accessKeyVariable: 'AWS_ACCESS_KEY_ID', secretKeyVariable: 'AWS_SECRET_ACCESS_KEY']]) {
        sh """
            aws configure set aws_secret_access_key ${AWS_SECRET_ACCESS_KEY}
            terraform apply -auto-approve
        """
    }
    withCredentials([sshUserPrivateKey(credentialsId: 'deploy-key', keyFileVariable: 'SSH_KEY')]) {
        sh 'ssh -i "$SSH_KEY" deploy@example.org ./restart'
    }
}
